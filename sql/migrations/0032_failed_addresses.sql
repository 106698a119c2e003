CREATE TABLE failed_addresses (
  -- From where wrong client keys came: IPv4 addresses and /64 networks of IPv6. The last 10,000.
  address          TEXT    NOT NULL PRIMARY KEY,
  failures         INTEGER NOT NULL,  -- since then
  since_ms         INTEGER NOT NULL,
  blocked_until_ms INTEGER NOT NULL   -- 0: it is not
) STRICT, WITHOUT ROWID;

CREATE INDEX failed_addresses_by_time ON failed_addresses (since_ms);
