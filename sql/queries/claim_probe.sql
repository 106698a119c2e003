-- This worker looks at it, and no other until the next time.  ?1 = id, ?2 = now, ?3 = the next time
UPDATE api_keys SET probe_ms = ?3 WHERE id = ?1 AND probe_ms <= ?2;
