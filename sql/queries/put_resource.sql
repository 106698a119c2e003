-- ?1 = name, ?2 = key, ?3 = client, ?4 = now, ?5 = expires
INSERT INTO upstream_resources (name, key_id, client_id, created_ms, expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (name) DO UPDATE
   SET key_id = excluded.key_id, client_id = excluded.client_id, expires_ms = excluded.expires_ms;
