-- A client's request begins.  ?1 = client, ?2 = now, ?3 = process, ?4 = tokens, ?5 = billionths of a
-- dollar
INSERT INTO client_bookings (client_id, started_ms, process, tokens, nano)
VALUES (?1, ?2, ?3, ?4, ?5);
