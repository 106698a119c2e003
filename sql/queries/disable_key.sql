-- Takes a key out of use.  ?1 = id, ?2 = why
UPDATE api_keys SET enabled = 0, disabled_reason = ?2 WHERE id = ?1 AND enabled = 1;
