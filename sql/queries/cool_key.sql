-- Lets a key rest, and its project's other keys with it if ?8. The longer of two rests holds. Of
-- several refusals at the same time one counts as a strike.
-- ?1 = id, ?2 = model or '', ?3 = until, ?4 = now, ?5 = fault, ?6 = reason, ?7 = strikes,
-- ?8 = project-wide, ?9 = when the attempt had started
INSERT INTO key_cooldowns (key_id, model, until_ms, set_ms, fault, reason, strikes)
SELECT id, ?2, ?3, ?4, ?5, ?6, ?7
  FROM api_keys
 WHERE id = ?1
    OR (?8 AND project <> '' AND project = (SELECT project FROM api_keys WHERE id = ?1))
    ON CONFLICT (key_id, model) DO UPDATE
   SET fault    = CASE WHEN excluded.until_ms >= key_cooldowns.until_ms
                         OR key_cooldowns.set_ms > ?4 + 60000
                       THEN excluded.fault ELSE key_cooldowns.fault END,
       reason   = CASE WHEN excluded.until_ms >= key_cooldowns.until_ms
                         OR key_cooldowns.set_ms > ?4 + 60000
                       THEN excluded.reason ELSE key_cooldowns.reason END,
       until_ms = CASE WHEN excluded.until_ms >= key_cooldowns.until_ms
                         OR key_cooldowns.set_ms > ?4 + 60000
                       THEN excluded.until_ms ELSE key_cooldowns.until_ms END,
       strikes  = CASE WHEN key_cooldowns.set_ms <= ?9
                       THEN key_cooldowns.strikes + excluded.strikes
                       ELSE key_cooldowns.strikes END,
       set_ms   = excluded.set_ms;
