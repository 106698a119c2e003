-- ?1 = key, ?2 = the oldest that holds
SELECT reply FROM cached_replies WHERE key = ?1 AND created_ms > ?2;
