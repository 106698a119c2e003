-- What requests cost, and whether they were answered from the cache. (Comments inside of a column's
-- definition are kept in sql/schema.sql.)

ALTER TABLE requests ADD COLUMN
  cost_nano /* billionths of a US dollar, all attempts; NULL: no price is known */ INTEGER;
ALTER TABLE requests ADD COLUMN
  cache /* 'hit', 'miss'; '': not for the cache */ TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN
  cost_nano /* as in requests; NULL also: under way */ INTEGER;

CREATE VIEW client_costs AS
  -- What each client cost in each month (UTC), newest first; as far back as the log goes.
  SELECT strftime('%Y-%m', r.started_ms / 1000, 'unixepoch')  AS month,
         coalesce((SELECT name FROM clients WHERE id = r.client_id), '(local)')  AS client,
         count(*)                                     AS requests,
         sum(r.cache = 'hit')                         AS cache_hits,
         sum(r.prompt_tokens + r.tool_tokens)         AS input_tokens,
         sum(r.cached_tokens)                         AS cached_tokens,
         sum(r.output_tokens + r.thought_tokens)      AS output_tokens,
         sum(r.cost_nano) / 1e9                       AS cost_usd,
         sum(r.cost_nano IS NULL AND r.status IS NOT NULL)  AS without_price
    FROM requests r
   GROUP BY 1, r.client_id
   ORDER BY 1 DESC, cost_usd DESC;
