-- The keys that may be used now, best rested first; and whether the model's brake has just ended,
-- and whether the key's use is counted.
-- A rest that was set in the future, or a brake longer than any, is a clock's that was ahead, and
-- void. So it is in all queries of rests and brakes.
-- ?1 = now, ?2 = model
SELECT k.id, k.secret, k.proxy, EXISTS (SELECT 1 FROM model_brakes b WHERE b.model = ?2),
       EXISTS (SELECT 1 FROM key_limits l WHERE l.quota = k.quota AND l.model = ?2)
  FROM api_keys k
 WHERE k.enabled = 1
   AND NOT EXISTS (SELECT 1 FROM key_cooldowns c
                    WHERE c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?1
                      AND c.set_ms <= ?1 + 60000)
   AND NOT EXISTS (SELECT 1 FROM model_brakes b
                    WHERE b.model = ?2 AND max(b.until_ms, b.held_ms) BETWEEN ?1 + 1 AND ?1 + 3600000)
 ORDER BY k.last_used_ms, k.leases, k.id;
