-- The same as lease_key, in the order in which the keys were added.  ?1 = now, ?2 = model
SELECT k.id, k.secret, k.proxy, EXISTS (SELECT 1 FROM model_brakes b WHERE b.model = ?2),
       EXISTS (SELECT 1 FROM key_limits l WHERE l.quota = k.quota AND l.model = ?2)
  FROM api_keys k
 WHERE k.enabled = 1
   AND NOT EXISTS (SELECT 1 FROM key_cooldowns c
                    WHERE c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?1
                      AND c.set_ms <= ?1 + 60000)
   AND NOT EXISTS (SELECT 1 FROM model_brakes b
                    WHERE b.model = ?2 AND max(b.until_ms, b.held_ms) BETWEEN ?1 + 1 AND ?1 + 3600000)
 ORDER BY k.id;
