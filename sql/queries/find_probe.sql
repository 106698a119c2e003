-- A key that is to be looked at again.  ?1 = now
SELECT id FROM api_keys WHERE probe_ms <= ?1 ORDER BY probe_ms LIMIT 1;
