SELECT id, name, created_ms, revoked_ms, last_used_ms FROM clients ORDER BY id;
