-- No new tries of a model for a while. Of several failures at the same time one counts.
-- ?1 = model, ?2 = until, ?3 = now, ?4 = how old a brake may be to be of the same trouble
INSERT INTO model_brakes (model, until_ms, rounds) VALUES (?1, ?2, 1)
    ON CONFLICT (model) DO UPDATE
   SET rounds   = CASE WHEN until_ms < ?4 THEN 1 ELSE rounds + 1 END,
       until_ms = excluded.until_ms,
       held_ms  = 0
 WHERE until_ms NOT BETWEEN ?3 + 1 AND ?3 + 3600000;
