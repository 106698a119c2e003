-- Quotas that the operator knows, so that a key rests before Google has to say so.

ALTER TABLE api_keys ADD COLUMN
  quota /* whose quota it uses: its project's, or its own */ TEXT GENERATED ALWAYS AS
    (CASE project WHEN '' THEN 'key ' || id ELSE 'project ' || project END) VIRTUAL;

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
