-- ?1 = client, ?2 to ?4 = minute: end, requests, tokens, ?5 to ?7 = day, the same,
-- ?8 and ?9 = month: end, billionths of a dollar
INSERT INTO client_usage (client_id, minute_end_ms, minute_requests, minute_tokens, day_end_ms,
                          day_requests, day_tokens, month_end_ms, month_nano)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (client_id) DO UPDATE
   SET minute_end_ms = ?2, minute_requests = ?3, minute_tokens = ?4, day_end_ms = ?5,
       day_requests = ?6, day_tokens = ?7, month_end_ms = ?8, month_nano = ?9;
