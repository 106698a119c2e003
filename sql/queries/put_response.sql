-- ?1 = response id, ?2 = client, ?3 = the previous one's id, ?4 = now, ?5 = input, ?6 = response
INSERT INTO responses (response_id, client_id, previous, created_ms, input, response)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
