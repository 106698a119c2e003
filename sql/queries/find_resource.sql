-- Whose a file or cached content is.  ?1 = name, ?2 = now
SELECT key_id, client_id FROM upstream_resources WHERE name = ?1 AND expires_ms > ?2;
