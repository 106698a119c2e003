-- ?1 = fingerprint
SELECT id FROM api_keys WHERE fingerprint = ?1;
