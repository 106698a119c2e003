-- No new tries of a model for a while.  ?1 = model, ?2 = until
INSERT INTO model_brakes (model, until_ms) VALUES (?1, ?2)
    ON CONFLICT (model) DO UPDATE SET until_ms = excluded.until_ms
 WHERE excluded.until_ms > model_brakes.until_ms;
