-- ?1 = key
DELETE FROM cached_replies WHERE key = ?1;
