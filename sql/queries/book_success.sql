-- ?1 = id of the key, ?2 = now
UPDATE api_keys SET last_success_ms = ?2 WHERE id = ?1;
