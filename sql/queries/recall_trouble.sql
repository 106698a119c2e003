-- What the decision about a failure depends on: strikes; other models forbidden since the key last
-- succeeded; recent 500s of key and model; recent 503s of the model.
-- ?1 = key, ?2 = model, ?3 = a minute ago, ?4 = half a minute ago
SELECT coalesce((SELECT strikes FROM key_cooldowns WHERE key_id = ?1 AND model = ?2), 0),
       (SELECT count(*) FROM key_cooldowns
         WHERE key_id = ?1 AND model NOT IN ('', ?2) AND fault = 'forbidden'
           AND set_ms > (SELECT last_success_ms FROM api_keys WHERE id = ?1)),
       (SELECT count(*) FROM attempts
         WHERE fault = 'internal' AND finished_ms > ?3 AND key_id = ?1 AND model = ?2),
       (SELECT count(*) FROM attempts
         WHERE fault = 'overloaded' AND finished_ms > ?4 AND model = ?2);
