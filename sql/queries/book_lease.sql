-- Notes that a key was leased.  ?1 = id, ?2 = now
UPDATE api_keys SET last_used_ms = ?2, leases = leases + 1 WHERE id = ?1;
