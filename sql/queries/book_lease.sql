-- Notes that a key was leased. Keys that a clock which was ahead leased last would have no turn until
-- it is as late again: they were leased now, too.
-- ?1 = id, ?2 = now
UPDATE api_keys SET last_used_ms = ?2, leases = leases + (id = ?1)
 WHERE id = ?1 OR (enabled = 1 AND last_used_ms > ?2 + 60000);
