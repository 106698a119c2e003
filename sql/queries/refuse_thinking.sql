-- Remembers what a model refused to be asked.  ?1 = model, ?2 = thinking, ?3 = until
INSERT INTO refused_thinking (model, thinking, until_ms) VALUES (?1, ?2, ?3)
    ON CONFLICT (model, thinking) DO UPDATE SET until_ms = excluded.until_ms;
