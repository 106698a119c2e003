-- What is known of the keys' quotas, and what is used of them.  ?1 = this minute, ?2 = now
SELECT k.id, l.model, l.minute_requests, l.minute_tokens, l.day_requests,
       iif(l.minute = ?1, l.requests_in_minute, 0), iif(l.minute = ?1, l.tokens_in_minute, 0),
       iif(l.day_ends_ms > ?2, l.requests_in_day, 0)
  FROM key_limits l
  JOIN api_keys k ON k.quota = l.quota
 ORDER BY k.id, l.model;
