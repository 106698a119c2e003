-- A key had to rest.  ?1 = id
UPDATE api_keys SET success = 0.9 * success WHERE id = ?1;
