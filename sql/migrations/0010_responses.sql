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
