-- Drops the oldest, if they are older than ?1.  ?2 = at most so many
DELETE FROM responses
 WHERE id IN (SELECT id
                FROM (SELECT id, created_ms FROM responses ORDER BY id LIMIT ?2)
               WHERE created_ms < ?1);
