-- ?1 = key, ?2 = client, ?3 = model, ?4 = now, ?5 = reply
INSERT INTO cached_replies (key, client_id, model, created_ms, reply) VALUES (?1, ?2, ?3, ?4, ?5);
