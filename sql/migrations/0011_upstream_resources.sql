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
