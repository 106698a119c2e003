-- Until when a model is braked.  ?1 = now, ?2 = model
SELECT until_ms FROM model_brakes WHERE model = ?2 AND until_ms > ?1;
