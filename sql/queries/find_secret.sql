-- The sealed secret of a key and its proxy.  ?1 = api_keys.id
SELECT secret, proxy FROM api_keys WHERE id = ?1;
