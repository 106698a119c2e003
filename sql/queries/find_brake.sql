-- Until when a model is braked.  ?1 = now, ?2 = model
SELECT max(until_ms, held_ms) FROM model_brakes
 WHERE model = ?2 AND max(until_ms, held_ms) BETWEEN ?1 + 1 AND ?1 + 3600000;
