-- The next turn of a leased key: after 1 step for a key in best health, after 10 for one in worst.
-- Who was away does not make up for it all at once: in steady use no turn is further behind than 10.
-- ?1 = id
UPDATE api_keys
   SET turn = max(turn, (SELECT max(turn) FROM api_keys WHERE enabled = 1) - 10.0)
              + 1.0 / max(0.1, health)
 WHERE id = ?1;
