-- Drops the oldest, if they are older than ?1.  ?2 = at most so many
DELETE FROM thought_signatures
 WHERE id IN (SELECT id
                FROM (SELECT id, created_ms FROM thought_signatures ORDER BY id LIMIT ?2)
               WHERE created_ms < ?1);
