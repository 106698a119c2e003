-- The key that a conversation had last, if it may be used now.  ?1 = now, ?2 = model, ?3 = conversation
SELECT k.id, k.secret, EXISTS (SELECT 1 FROM model_brakes b WHERE b.model = ?2)
  FROM api_keys k
 WHERE k.id = (SELECT r.key_id FROM requests r
                WHERE r.conversation = ?3 AND r.key_id IS NOT NULL
                ORDER BY r.id DESC LIMIT 1)
   AND k.enabled = 1
   AND NOT EXISTS (SELECT 1 FROM key_cooldowns c
                    WHERE c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?1)
   AND NOT EXISTS (SELECT 1 FROM model_brakes b
                    WHERE b.model = ?2 AND max(b.until_ms, b.held_ms) > ?1);
