-- Rests that are over.  ?1 = id, ?2 = now
DELETE FROM passed_key_cooldowns WHERE key_id = ?1 AND until_ms <= ?2;
