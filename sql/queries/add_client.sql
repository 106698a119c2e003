-- ?1 = name, ?2 = hash of the key, ?3 = now
INSERT INTO clients (name, key_hash, created_ms) VALUES (?1, ?2, ?3);
