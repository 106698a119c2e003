-- ?1 = name
DELETE FROM upstream_resources WHERE name = ?1;
