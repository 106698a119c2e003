-- What a client has used in its windows, and what its requests under way reserve.  ?1 = client
SELECT u.minute_end_ms, u.minute_requests, u.minute_tokens, u.day_end_ms, u.day_requests,
       u.day_tokens, u.month_end_ms, u.month_nano, b.streams, b.tokens, b.nano
  FROM (SELECT count(*) AS streams, coalesce(sum(tokens), 0) AS tokens,
               coalesce(sum(nano), 0) AS nano
          FROM client_bookings WHERE client_id = ?1) b
  LEFT JOIN client_usage u ON u.client_id = ?1;
