-- Drops the oldest, with their attempts, if they started before ?1.  ?2 = at most so many
DELETE FROM requests
 WHERE id IN (SELECT id
                FROM (SELECT id, started_ms FROM requests ORDER BY id LIMIT ?2)
               WHERE started_ms < ?1);
