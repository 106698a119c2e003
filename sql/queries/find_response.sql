-- ?1 = response id, ?2 = client, ?3 = made at this time or later
SELECT previous, input, response FROM responses
 WHERE response_id = ?1 AND client_id = ?2 AND created_ms >= ?3;
