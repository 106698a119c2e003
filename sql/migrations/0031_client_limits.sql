-- What clients may do, what they have done in the current minute, day and month, and what they have
-- under way.

ALTER TABLE clients ADD COLUMN expires_ms /* NULL: never */ INTEGER;
ALTER TABLE clients ADD COLUMN
  models /* patterns with spaces between, of names or ids; '': all */ TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN requests_per_minute /* NULL, here and below: no limit */ INTEGER;
ALTER TABLE clients ADD COLUMN requests_per_day INTEGER;
ALTER TABLE clients ADD COLUMN tokens_per_minute INTEGER;
ALTER TABLE clients ADD COLUMN tokens_per_day INTEGER;
ALTER TABLE clients ADD COLUMN
  budget_nano /* of a month, in billionths of a US dollar */ INTEGER;
ALTER TABLE clients ADD COLUMN streams /* requests under way at a time */ INTEGER;
ALTER TABLE clients ADD COLUMN
  is_client /* may use the APIs */ INTEGER NOT NULL DEFAULT 1 CHECK (is_client IN (0, 1));
ALTER TABLE clients ADD COLUMN
  is_admin /* may administer the gateway */ INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1));

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
