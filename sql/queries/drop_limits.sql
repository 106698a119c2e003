-- Nothing is known any more of a key's quota.  ?1 = key, ?2 = model
DELETE FROM key_limits
 WHERE quota = (SELECT quota FROM api_keys WHERE id = ?1) AND model = ?2;
