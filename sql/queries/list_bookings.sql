-- A client's requests under way.  ?1 = client
SELECT id, started_ms, process FROM client_bookings WHERE client_id = ?1;
