-- What is known of a key's quota.
-- ?1 = key, ?2 = model, ?3 to ?5 = limits: requests and tokens in a minute, requests in a day
INSERT INTO key_limits (quota, model, minute_requests, minute_tokens, day_requests)
SELECT quota, ?2, ?3, ?4, ?5 FROM api_keys WHERE id = ?1
    ON CONFLICT (quota, model) DO UPDATE
   SET minute_requests = excluded.minute_requests,
       minute_tokens   = excluded.minute_tokens,
       day_requests    = excluded.day_requests;
