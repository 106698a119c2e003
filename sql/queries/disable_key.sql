-- Takes a key out of use, until somebody enables it.  ?1 = id, ?2 = why
UPDATE api_keys SET enabled = 0, disabled_reason = ?2, probe_ms = NULL WHERE id = ?1;
