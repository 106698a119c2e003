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

INSERT INTO cache_size (bytes) VALUES (0);

CREATE TRIGGER cached_reply_added AFTER INSERT ON cached_replies BEGIN
  UPDATE cache_size SET bytes = bytes + length(new.reply);
END;

CREATE TRIGGER cached_reply_dropped AFTER DELETE ON cached_replies BEGIN
  UPDATE cache_size SET bytes = bytes - length(old.reply);
END;
