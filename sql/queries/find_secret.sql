-- The sealed secret of a key.  ?1 = api_keys.id
SELECT secret FROM api_keys WHERE id = ?1;
