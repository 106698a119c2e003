-- The keys that own resources of a kind for a client.
-- ?1 = client, ?2 and ?3 = the bounds of the names, "files/" and "files0", ?4 = now
SELECT DISTINCT key_id FROM upstream_resources
 WHERE name > ?2 AND name < ?3 AND client_id IS ?1 AND expires_ms > ?4
 ORDER BY key_id;
