-- What the decision about a failure depends on: strikes; other models forbidden since the key last
-- succeeded; recent 500s of key and model; recent 503s of the model; other keys that the model
-- refused without details since it last answered anybody; its brakes in a row, before one that
-- lasts. SQLite takes the index of faults only where its own condition, fault <> '', is there, too.
-- ?1 = key, ?2 = model, ?3 = now, ?4 to ?7 = how far to look back: for 500s, for 503s, for refusals,
-- for brakes
SELECT coalesce((SELECT strikes FROM key_cooldowns WHERE key_id = ?1 AND model = ?2), 0),
       (SELECT count(*) FROM key_cooldowns
         WHERE key_id = ?1 AND model NOT IN ('', ?2) AND fault = 'forbidden'
           AND set_ms > (SELECT last_success_ms FROM api_keys WHERE id = ?1)),
       (SELECT count(*) FROM attempts
         WHERE fault <> '' AND fault = 'internal' AND finished_ms > ?4 AND key_id = ?1 AND model = ?2),
       (SELECT count(*) FROM attempts
         WHERE fault <> '' AND fault = 'overloaded' AND finished_ms > ?5 AND model = ?2),
       (SELECT count(DISTINCT key_id) FROM attempts
         WHERE fault <> '' AND fault = 'exhausted' AND finished_ms > ?6 AND model = ?2
           AND key_id <> ?1
           -- Looked for only where there is such a refusal: it reads the requests of those minutes.
           AND +finished_ms > coalesce((SELECT max(finished_ms) FROM requests
                                         WHERE started_ms > ?6 AND model = ?2 AND outcome = 'ok'),
                                       0)),
       coalesce((SELECT rounds - (until_ms > ?3) FROM model_brakes
                  WHERE model = ?2 AND until_ms > ?7), 0);
