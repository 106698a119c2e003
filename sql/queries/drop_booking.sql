-- ?1 = id
DELETE FROM client_bookings WHERE id = ?1;
