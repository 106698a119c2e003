-- Google does not take a key.  ?1 = id, ?2 = why, ?3 = when to look at it again, or NULL
UPDATE api_keys SET enabled = 0, disabled_reason = ?2, probe_ms = ?3 WHERE id = ?1 AND enabled = 1;
