-- Notes that a client was here, once a minute.  ?1 = id, ?2 = now, ?3 = a minute ago
UPDATE clients SET last_used_ms = ?2 WHERE id = ?1 AND last_used_ms < ?3;
