-- A key has succeeded with a model: earlier trouble no longer counts.  ?1 = id, ?2 = model, ?3 = now
DELETE FROM key_cooldowns WHERE key_id = ?1 AND model = ?2 AND until_ms <= ?3;
