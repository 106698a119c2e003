-- A model has answered a try that began after its brake.  ?1 = model, ?2 = when the try began
DELETE FROM model_brakes WHERE model = ?1 AND until_ms NOT BETWEEN ?2 + 1 AND ?2 + 3600000;
