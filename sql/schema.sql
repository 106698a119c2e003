-- Generated from sql/migrations by `make sql/schema.sql`: the schema as it is now.
CREATE TABLE api_keys (
  -- The upstream keys. `castor keys` adds, lists, disables and enables them.
  id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: the log refers to it
  label           TEXT    NOT NULL,  -- the operator's name for it
  project         TEXT    NOT NULL,  -- keys of one project share its quota; '': of its own
  secret          BLOB    NOT NULL,  -- the key, sealed with the key file
  fingerprint     BLOB    NOT NULL UNIQUE,  -- HMAC of the key: tells duplicates
  last4           TEXT    NOT NULL,  -- the key's end, to recognize it by
  enabled         INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  disabled_reason TEXT    NOT NULL DEFAULT '',
  added_ms        INTEGER NOT NULL,
  last_used_ms    INTEGER NOT NULL DEFAULT 0,  -- last lease
  last_success_ms INTEGER NOT NULL DEFAULT 0,  -- last good answer that was booked
  leases          INTEGER NOT NULL DEFAULT 0   -- how often it was leased
, success /* share of good answers, lately */ REAL NOT NULL DEFAULT 0.5, latency_ms /* to the first byte, lately; NULL: not known */ REAL, health /* from 0 to 1 */ REAL GENERATED ALWAYS AS (coalesce(
    0.4 * success + 0.6 * max(0.0, min(1.0, 1.0 - (latency_ms - 100.0) / 5000.0)), 0.5)) VIRTUAL, turn /* of the weighted choice: the lowest is next */ REAL NOT NULL DEFAULT 0.0, quota /* whose quota it uses: its project's, or its own */ TEXT GENERATED ALWAYS AS
    (CASE project WHEN '' THEN 'key ' || id ELSE 'project ' || project END) VIRTUAL, proxy /* URL, sealed with the key file, since it may hold a password; NULL: that of castor.ini */ BLOB, probe_ms /* when a disabled key is looked at again; NULL: never, or it is in use */ INTEGER) STRICT;
CREATE INDEX api_keys_by_rest ON api_keys (last_used_ms, leases, id) WHERE enabled = 1;
CREATE TABLE key_cooldowns (
  -- Keys that rest. A row stays after its time for what it says of repeated trouble, until the key
  -- succeeds with that model.
  key_id   INTEGER NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  model    TEXT    NOT NULL,  -- '': for all models
  until_ms INTEGER NOT NULL,
  set_ms   INTEGER NOT NULL,
  fault    TEXT    NOT NULL,  -- what the upstream said: 'daily_quota', 'rate_limited' …
  reason   TEXT    NOT NULL,  -- why, for people
  strikes  INTEGER NOT NULL DEFAULT 0,  -- unexplained refusals in a row
  PRIMARY KEY (key_id, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE refused_thinking (
  -- What a model refused to be asked: not asked again until then.
  model    TEXT    NOT NULL,
  thinking TEXT    NOT NULL,  -- as in requests
  until_ms INTEGER NOT NULL,
  PRIMARY KEY (model, thinking)
) STRICT, WITHOUT ROWID;
CREATE TABLE clients (
  -- Who may use the gateway. `castor clients` adds, lists and revokes them.
  id           INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: the log refers to it
  name         TEXT    NOT NULL,
  key_hash     BLOB    NOT NULL UNIQUE,  -- HMAC of the client's key; the key itself is not kept
  created_ms   INTEGER NOT NULL,
  revoked_ms   INTEGER,                      -- NULL: valid
  last_used_ms INTEGER NOT NULL DEFAULT 0    -- to the minute
, expires_ms /* NULL: never */ INTEGER, models /* patterns with spaces between, of names or ids; '': all */ TEXT NOT NULL DEFAULT '', requests_per_minute /* NULL, here and below: no limit */ INTEGER, requests_per_day INTEGER, tokens_per_minute INTEGER, tokens_per_day INTEGER, budget_nano /* of a month, in billionths of a US dollar */ INTEGER, streams /* requests under way at a time */ INTEGER, is_client /* may use the APIs */ INTEGER NOT NULL DEFAULT 1 CHECK (is_client IN (0, 1)), is_admin /* may administer the gateway */ INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1))) STRICT;
CREATE TABLE requests (
  -- One row for each request of a client: written when it starts, completed when it has ended. Kept
  -- for storage.keep_requests.
  id              INTEGER PRIMARY KEY,
  request_id      TEXT    NOT NULL,  -- shown to the client
  started_ms      INTEGER NOT NULL,
  first_byte_ms   INTEGER,           -- when the client got its first byte
  finished_ms     INTEGER,
  client_id       INTEGER,           -- clients.id; NULL: local, without a key
  address         TEXT    NOT NULL,
  user_agent      TEXT    NOT NULL,
  api             TEXT    NOT NULL,  -- 'anthropic', 'chat', 'responses', 'gemini' …
  path            TEXT    NOT NULL,
  requested_model TEXT    NOT NULL,  -- in the client's words
  model           TEXT    NOT NULL,  -- the upstream's
  thinking        TEXT    NOT NULL,  -- what the model was asked for: 'level=high', 'budget=1024'
  stream          INTEGER NOT NULL CHECK (stream IN (0, 1)),
  key_id          INTEGER,           -- api_keys.id of the last attempt
  status          INTEGER,           -- HTTP; NULL: under way, or its process died
  outcome         TEXT    NOT NULL DEFAULT '',  -- 'ok', 'client_gone', or what went wrong
  message         TEXT    NOT NULL DEFAULT '',  -- of the error
  stop_reason     TEXT    NOT NULL DEFAULT '',  -- the upstream's word: 'STOP', 'MAX_TOKENS' …
  prompt_tokens   INTEGER NOT NULL DEFAULT 0,   -- with the cached ones
  cached_tokens   INTEGER NOT NULL DEFAULT 0,
  tool_tokens     INTEGER NOT NULL DEFAULT 0,   -- results of server tools, billed as input
  output_tokens   INTEGER NOT NULL DEFAULT 0,   -- without thoughts
  thought_tokens  INTEGER NOT NULL DEFAULT 0,
  bytes_in        INTEGER NOT NULL DEFAULT 0,   -- the client's body
  bytes_out       INTEGER NOT NULL DEFAULT 0,   -- ours
  notes           TEXT    NOT NULL DEFAULT '',  -- what was dropped or changed: 'dropped=top_k'
  conversation    TEXT,              -- same value, same conversation; NULL: not known
  user_hash       TEXT    NOT NULL DEFAULT '',  -- of the end user the client named
  pid             INTEGER NOT NULL   -- of the worker
, cost_nano /* billionths of a US dollar, all attempts; NULL: no price is known */ INTEGER, cache /* 'hit', 'miss'; '': not for the cache */ TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX requests_by_request_id ON requests (request_id);
CREATE INDEX requests_by_start ON requests (started_ms);
CREATE TABLE attempts (
  -- One row for each call to the upstream.
  request        INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  number         INTEGER NOT NULL,   -- 1, 2 … of the request
  key_id         INTEGER NOT NULL,   -- api_keys.id
  model          TEXT    NOT NULL,
  started_ms     INTEGER NOT NULL,
  first_byte_ms  INTEGER,
  finished_ms    INTEGER,            -- NULL: under way, or its process died
  status         INTEGER NOT NULL DEFAULT 0,   -- HTTP; 0: none came
  fault          TEXT    NOT NULL DEFAULT '',  -- '': none; 'daily_quota', 'overloaded' …
  reason         TEXT    NOT NULL DEFAULT '',  -- the upstream's word or the quota's name
  message        TEXT    NOT NULL DEFAULT '',  -- the upstream's, without keys
  key_effect     TEXT    NOT NULL DEFAULT '',  -- 'disable', 'cool_key', 'cool_key_model'
  cooldown_ms    INTEGER,            -- until when the key rests because of it
  retry          TEXT    NOT NULL DEFAULT '', cost_nano /* as in requests; NULL also: under way */ INTEGER,  -- what was tried next: 'same_key', 'other_key' …
  PRIMARY KEY (request, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_fault ON attempts (fault, finished_ms) WHERE fault <> '';
CREATE TABLE thought_signatures (
  -- Gemini's signatures of function calls, for clients that do not give them back. Kept for
  -- storage.keep_signatures and up to 1 GB, oldest first out.
  id           INTEGER PRIMARY KEY,    -- in order of arrival
  call_id      TEXT    NOT NULL UNIQUE,  -- of the tool call, as the client has it
  model_family TEXT    NOT NULL,         -- 'gemini-4': no other can read it
  signature    BLOB    NOT NULL,         -- base64, as Gemini gave it
  created_ms   INTEGER NOT NULL
) STRICT;
CREATE VIEW usage_today AS
  -- Requests and tokens of each model since midnight, local time.
  SELECT model,
         count(*)                                        AS requests,
         sum(status IS NULL)                             AS open,
         sum(status >= 400)                              AS failed,
         sum(prompt_tokens + tool_tokens)                AS input_tokens,
         sum(cached_tokens)                              AS cached_tokens,
         sum(output_tokens)                              AS output_tokens,
         sum(thought_tokens)                             AS thought_tokens,
         avg(finished_ms - started_ms)                   AS average_ms
    FROM requests
   WHERE model <> ''
     AND started_ms >= 1000 * strftime('%s', 'now', 'localtime', 'start of day', 'utc')
   GROUP BY model
   ORDER BY requests DESC
/* usage_today(model,requests,open,failed,input_tokens,cached_tokens,output_tokens,thought_tokens,average_ms) */;
CREATE VIEW key_health AS
  -- Each key with what it does now and how it fared in the last 24 hours.
  SELECT k.id, k.label, k.project, '…' || k.last4 AS key,
         CASE WHEN NOT k.enabled THEN 'disabled: ' || k.disabled_reason
              ELSE coalesce((SELECT group_concat(c.model || ' rests until ' ||
                                      datetime(c.until_ms / 1000, 'unixepoch', 'localtime') || ': ' ||
                                      c.reason, '; ')
                               FROM key_cooldowns c
                              WHERE c.key_id = k.id AND c.until_ms > 1000 * strftime('%s', 'now')),
                            'ready')
         END AS state,
         count(a.request)                   AS attempts,
         sum(a.fault <> '')                 AS failed,
         avg(a.finished_ms - a.started_ms)  AS average_ms,
         datetime(k.last_used_ms / 1000, 'unixepoch', 'localtime')     AS last_used,
         datetime(k.last_success_ms / 1000, 'unixepoch', 'localtime')  AS last_success
    FROM api_keys k
    LEFT JOIN (requests r JOIN attempts a ON a.request = r.id)
      ON a.key_id = k.id AND r.started_ms > 1000 * (strftime('%s', 'now') - 86400)
   GROUP BY k.id
/* key_health(id,label,project,"key",state,attempts,failed,average_ms,last_used,last_success) */;
CREATE VIEW request_logs AS
  -- The log under the names that other gateways use, newest first. Times in milliseconds.
  SELECT r.id, r.request_id,
         datetime(r.started_ms / 1000, 'unixepoch', 'localtime') AS timestamp,
         r.path,
         r.api                            AS client_type,
         (SELECT name FROM clients WHERE id = r.client_id)  AS client,
         r.address                        AS client_ip,
         r.user_agent,
         r.requested_model                AS original_model,
         r.model,
         r.stream                         AS is_stream,
         r.key_id,
         r.status                         AS status_code,
         r.outcome,
         r.finished_ms - r.started_ms     AS response_time,
         r.first_byte_ms - r.started_ms   AS first_byte_time,
         r.message                        AS error_message,
         r.prompt_tokens + r.tool_tokens  AS input_tokens,
         r.cached_tokens,
         r.output_tokens + r.thought_tokens  AS output_tokens,
         r.prompt_tokens + r.tool_tokens + r.output_tokens + r.thought_tokens  AS total_tokens,
         r.stop_reason,
         (SELECT group_concat('key ' || key_id || ': ' || status || ' ' || fault, '; ')
            FROM attempts WHERE request = r.id)  AS attempts,
         r.notes,
         r.pid
    FROM requests r
   ORDER BY r.id DESC
/* request_logs(id,request_id,timestamp,path,client_type,client,client_ip,user_agent,original_model,model,is_stream,key_id,status_code,outcome,response_time,first_byte_time,error_message,input_tokens,cached_tokens,output_tokens,total_tokens,stop_reason,attempts,notes,pid) */;
CREATE VIEW failed_requests AS
  -- Requests that ended with an error, newest first.
  SELECT * FROM request_logs WHERE status_code >= 400 OR outcome NOT IN ('', 'ok')
/* failed_requests(id,request_id,timestamp,path,client_type,client,client_ip,user_agent,original_model,model,is_stream,key_id,status_code,outcome,response_time,first_byte_time,error_message,input_tokens,cached_tokens,output_tokens,total_tokens,stop_reason,attempts,notes,pid) */;
CREATE VIEW slowest_requests AS
  -- The slowest of the last seven days.
  SELECT * FROM request_logs
   WHERE id IN (SELECT id FROM requests
                 WHERE started_ms > 1000 * (strftime('%s', 'now') - 7 * 86400)
                 ORDER BY finished_ms - started_ms DESC LIMIT 100)
   ORDER BY response_time DESC
/* slowest_requests(id,request_id,timestamp,path,client_type,client,client_ip,user_agent,original_model,model,is_stream,key_id,status_code,outcome,response_time,first_byte_time,error_message,input_tokens,cached_tokens,output_tokens,total_tokens,stop_reason,attempts,notes,pid) */;
CREATE VIEW unsettled_requests AS
  -- Requests that have started and not ended: under way, or their process died.
  SELECT * FROM request_logs WHERE status_code IS NULL
/* unsettled_requests(id,request_id,timestamp,path,client_type,client,client_ip,user_agent,original_model,model,is_stream,key_id,status_code,outcome,response_time,first_byte_time,error_message,input_tokens,cached_tokens,output_tokens,total_tokens,stop_reason,attempts,notes,pid) */;
CREATE TABLE key_file (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  fingerprint BLOB NOT NULL
);
CREATE TABLE responses (
  -- Replies of the Responses API that their clients may refer to. Kept for storage.keep_responses
  -- and up to 1 GB, oldest first out.
  id          INTEGER PRIMARY KEY,    -- in order of arrival
  response_id TEXT    NOT NULL UNIQUE,  -- as the client has it
  client_id   INTEGER NOT NULL,         -- whose it is; 0: of those who need no key
  previous    TEXT    NOT NULL,         -- response_id of the one before it in its conversation; or ''
  created_ms  INTEGER NOT NULL,
  input       BLOB    NOT NULL,         -- the items that its request added, a JSON array
  response    BLOB    NOT NULL          -- as the client got it, JSON
) STRICT;
CREATE TABLE upstream_resources (
  -- Files and cached contents that clients keep at Google, and uploads under way: only the key that
  -- made one may use it. Kept for as long as Google keeps them.
  name       TEXT    NOT NULL PRIMARY KEY,  -- 'files/abc', 'cachedContents/abc', 'uploads/' and a hash
  key_id     INTEGER NOT NULL,  -- api_keys.id, or passed_keys.id
  client_id  INTEGER,           -- clients.id of the owner; NULL: local, without a key
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL   -- when nobody needs the row any more
) STRICT, WITHOUT ROWID;
CREATE INDEX upstream_resources_by_expiry ON upstream_resources (expires_ms);
CREATE TABLE passed_keys (
  -- Gemini keys that clients brought themselves (clients.pass_through): how they fared, and nothing
  -- of the keys. The 10,000 that were used last.
  id              INTEGER PRIMARY KEY CHECK (id < 0),  -- a hash of the key, made with the key file
  first_seen_ms   INTEGER NOT NULL,
  last_used_ms    INTEGER NOT NULL,
  answers         INTEGER NOT NULL DEFAULT 0,
  failures        INTEGER NOT NULL DEFAULT 0,  -- by the fault of key or upstream
  failures_in_row INTEGER NOT NULL DEFAULT 0,  -- since the last answer
  average_ms      REAL    NOT NULL DEFAULT 0   -- of the answers, the last fifty above all
) STRICT;
CREATE INDEX passed_keys_by_use ON passed_keys (last_used_ms);
CREATE TABLE passed_key_cooldowns (
  -- Those that rest, as in key_cooldowns.
  key_id   INTEGER NOT NULL REFERENCES passed_keys (id) ON DELETE CASCADE,
  model    TEXT    NOT NULL,  -- '': for all models
  until_ms INTEGER NOT NULL,
  fault    TEXT    NOT NULL,
  PRIMARY KEY (key_id, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE upstream_models (
  -- What Google's list of models said when it was last asked (upstream.models_list_ttl): one row.
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  list       TEXT    NOT NULL DEFAULT '[]',  -- JSON, of the models that can be served
  fetched_ms INTEGER NOT NULL DEFAULT 0,     -- 0: never
  tried_ms   INTEGER NOT NULL                -- when a worker last set out to ask
) STRICT;
CREATE TABLE model_brakes (
  -- Models that fail whatever the key: no new tries until then. A row stays after its time, until
  -- the model answers.
  model    TEXT    NOT NULL PRIMARY KEY,
  until_ms INTEGER NOT NULL,
  rounds   INTEGER NOT NULL,            -- brakes in a row
  held_ms  INTEGER NOT NULL DEFAULT 0   -- after the brake one try goes first, the others wait until
                                        -- then; 0: it has not gone yet
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_turn ON api_keys (turn, id) WHERE enabled = 1;
CREATE INDEX requests_by_conversation ON requests (conversation, model)
 WHERE conversation IS NOT NULL;
CREATE TABLE key_limits (
  -- What is known of a quota for one model, and what was used of it. `castor keys limits` sets it.
  quota             TEXT    NOT NULL,  -- api_keys.quota
  model             TEXT    NOT NULL,
  minute_requests   INTEGER,           -- limits; NULL: not known
  minute_tokens     INTEGER,           -- of input
  day_requests      INTEGER,
  minute            INTEGER NOT NULL DEFAULT 0,  -- that is counted; Unix time in minutes
  requests_in_minute INTEGER NOT NULL DEFAULT 0,
  tokens_in_minute  INTEGER NOT NULL DEFAULT 0,
  day_ends_ms       INTEGER NOT NULL DEFAULT 0,  -- of the day that is counted: midnight in
                                                 -- California and a minute
  requests_in_day   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (quota, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_probe ON api_keys (probe_ms) WHERE probe_ms IS NOT NULL;
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
   ORDER BY 1 DESC, cost_usd DESC
/* client_costs(month,client,requests,cache_hits,input_tokens,cached_tokens,output_tokens,cost_usd,without_price) */;
CREATE TABLE client_usage (
  -- What clients with limits have used, in windows of the calendar (UTC): counts hold until the
  -- window's end. Requests are counted when they are admitted, tokens and money when they are known.
  client_id       INTEGER PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  minute_end_ms   INTEGER NOT NULL,
  minute_requests INTEGER NOT NULL,
  minute_tokens   INTEGER NOT NULL,
  day_end_ms      INTEGER NOT NULL,
  day_requests    INTEGER NOT NULL,
  day_tokens      INTEGER NOT NULL,
  month_end_ms    INTEGER NOT NULL,
  month_nano      INTEGER NOT NULL  -- billionths of a US dollar
) STRICT;
CREATE TABLE client_bookings (
  -- Requests of clients with limits that are under way: each counts as a stream and reserves what
  -- it is expected to use, until it has ended or its process has.
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id  INTEGER NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  started_ms INTEGER NOT NULL,
  process    TEXT    NOT NULL,  -- util/process_identity.h
  tokens     INTEGER NOT NULL,
  nano       INTEGER NOT NULL   -- billionths of a US dollar
) STRICT;
CREATE INDEX client_bookings_by_client ON client_bookings (client_id, tokens, nano);
CREATE TABLE failed_addresses (
  -- From where wrong client keys came: IPv4 addresses and /64 networks of IPv6. The last 10,000.
  address          TEXT    NOT NULL PRIMARY KEY,
  failures         INTEGER NOT NULL,  -- since then
  since_ms         INTEGER NOT NULL,
  blocked_until_ms INTEGER NOT NULL   -- 0: it is not
) STRICT, WITHOUT ROWID;
CREATE INDEX failed_addresses_by_time ON failed_addresses (since_ms);
CREATE TABLE cached_replies (
  -- Answers for clients or models that the operator chose ([cache]), for requests that come again.
  -- Kept for cache.ttl and up to cache.max_size, oldest first out.
  id         INTEGER PRIMARY KEY,  -- in order of arrival
  key        BLOB    NOT NULL UNIQUE,  -- SHA-256 of all that decides the answer, and of the client
  client_id  INTEGER,              -- clients.id; NULL: local
  model      TEXT    NOT NULL,
  created_ms INTEGER NOT NULL,
  reply      BLOB    NOT NULL      -- the upstream's chunks (JSON), with a NUL behind each
) STRICT;
CREATE TABLE cache_size (
  -- One row: the bytes of all replies.
  bytes INTEGER NOT NULL
) STRICT;
CREATE TRIGGER cached_reply_added AFTER INSERT ON cached_replies BEGIN
  UPDATE cache_size SET bytes = bytes + length(new.reply);
END;
CREATE TRIGGER cached_reply_dropped AFTER DELETE ON cached_replies BEGIN
  UPDATE cache_size SET bytes = bytes - length(old.reply);
END;
