-- A key once more, resting or not.  ?1 = id
SELECT id, secret FROM api_keys WHERE id = ?1 AND enabled = 1;
