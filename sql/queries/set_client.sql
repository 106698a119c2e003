-- What a client may do.
-- ?1 = id, ?2 = expires, ?3 = models, ?4 = is client, ?5 = is admin, ?6 and ?7 = requests per minute
-- and day, ?8 and ?9 = tokens per minute and day, ?10 = budget, ?11 = streams
UPDATE clients
   SET expires_ms = ?2, models = ?3, is_client = ?4, is_admin = ?5, requests_per_minute = ?6,
       requests_per_day = ?7, tokens_per_minute = ?8, tokens_per_day = ?9, budget_nano = ?10,
       streams = ?11
 WHERE id = ?1;
