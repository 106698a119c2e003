-- Which key file the secrets of this database were sealed with: a fingerprint made with it. One row,
-- written when the first secret is added; it turns another key file into a clear error, where else
-- every client key would be unknown.
CREATE TABLE key_file (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  fingerprint BLOB NOT NULL
);
