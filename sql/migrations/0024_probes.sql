-- Keys that Google has refused for what may be mended are looked at again.

ALTER TABLE api_keys ADD COLUMN
  probe_ms /* when a disabled key is looked at again; NULL: never, or it is in use */ INTEGER;

CREATE INDEX api_keys_by_probe ON api_keys (probe_ms) WHERE probe_ms IS NOT NULL;
