-- Drops the oldest reply if it holds no more, or if all are too large.
-- ?1 = the oldest that holds, ?2 = bytes of all
DELETE FROM cached_replies
 WHERE id = (SELECT min(id) FROM cached_replies)
   AND (created_ms <= ?1 OR (SELECT bytes FROM cache_size) > ?2);
