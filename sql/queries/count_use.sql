-- Counts what a key's quota is used for, and tells whether that was the last of the minute's or of
-- the day's. A day that ends later is another one.
-- ?1 = key, ?2 = model, ?3 = this minute, ?4 = end of this day, ?5 = requests, ?6 = tokens
UPDATE key_limits
   SET requests_in_minute = iif(minute = ?3, requests_in_minute, 0) + ?5,
       tokens_in_minute   = iif(minute = ?3, tokens_in_minute, 0) + ?6,
       requests_in_day    = iif(day_ends_ms = ?4, requests_in_day, 0) + ?5,
       minute             = ?3,
       day_ends_ms        = ?4
 WHERE quota = (SELECT quota FROM api_keys WHERE id = ?1) AND model = ?2
RETURNING coalesce(requests_in_minute >= minute_requests, 0)
            OR coalesce(tokens_in_minute >= minute_tokens, 0),
          coalesce(requests_in_day >= day_requests, 0);
