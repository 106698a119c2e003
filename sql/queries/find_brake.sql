-- Until when a model is braked.  ?1 = now, ?2 = model
SELECT max(until_ms, held_ms) FROM model_brakes
 WHERE model = ?2 AND max(until_ms, held_ms) > ?1;
