-- ?1 = now
DELETE FROM upstream_resources WHERE expires_ms <= ?1;
