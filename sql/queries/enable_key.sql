-- Takes a key into use again.  ?1 = id
UPDATE api_keys SET enabled = 1, disabled_reason = '', probe_ms = NULL WHERE id = ?1;
