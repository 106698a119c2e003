CREATE TABLE upstream_models (
  -- What Google's list of models said when it was last asked (upstream.models_list_ttl): one row.
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  list       TEXT    NOT NULL DEFAULT '[]',  -- JSON, of the models that can be served
  fetched_ms INTEGER NOT NULL DEFAULT 0,     -- 0: never
  tried_ms   INTEGER NOT NULL                -- when a worker last set out to ask
) STRICT;
