-- Opens the row of a request.
-- ?1 = request id, ?2 = started, ?3 = client, ?4 = address, ?5 = user agent, ?6 = api, ?7 = path,
-- ?8 = requested model, ?9 = model, ?10 = thinking, ?11 = stream, ?12 = bytes in,
-- ?13 = conversation, ?14 = user hash, ?15 = pid, ?16 = key
INSERT INTO requests (request_id, started_ms, client_id, address, user_agent, api, path,
                      requested_model, model, thinking, stream, bytes_in, conversation, user_hash,
                      pid, key_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);
