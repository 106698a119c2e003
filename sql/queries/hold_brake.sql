-- The first try after a brake has gone.  ?1 = model, ?2 = until when the others wait for its fate
UPDATE model_brakes SET held_ms = ?2 WHERE model = ?1 AND held_ms = 0;
