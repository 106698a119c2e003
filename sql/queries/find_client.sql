-- ?1 = hash of the key
SELECT id, name, revoked_ms FROM clients WHERE key_hash = ?1;
