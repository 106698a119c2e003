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
