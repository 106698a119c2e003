-- The key that a conversation had last, if it may be used now. Of its last requests: some may have
-- got no key.
-- ?1 = now, ?2 = model, ?3 = conversation, ?4 = how old its last request may be
SELECT k.id, k.secret, k.proxy, EXISTS (SELECT 1 FROM model_brakes b WHERE b.model = ?2),
       EXISTS (SELECT 1 FROM key_limits l WHERE l.quota = k.quota AND l.model = ?2)
  FROM api_keys k
 WHERE k.id = (SELECT key_id
                 FROM (SELECT id, key_id, started_ms FROM requests
                        WHERE conversation = ?3 AND model = ?2 ORDER BY id DESC LIMIT 20)
                WHERE key_id IS NOT NULL AND started_ms > ?4
                ORDER BY id DESC LIMIT 1)
   AND k.enabled = 1
   AND NOT EXISTS (SELECT 1 FROM key_cooldowns c
                    WHERE c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?1
                      AND c.set_ms <= ?1 + 60000)
   AND NOT EXISTS (SELECT 1 FROM model_brakes b
                    WHERE b.model = ?2 AND max(b.until_ms, b.held_ms) BETWEEN ?1 + 1 AND ?1 + 3600000);
