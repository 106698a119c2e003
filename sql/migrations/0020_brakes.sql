-- A brake remembers how often it was set in a row, and lets one try go before the others.

DROP TABLE model_brakes;

CREATE TABLE model_brakes (
  -- Models that fail whatever the key: no new tries until then. A row stays after its time, until
  -- the model answers.
  model    TEXT    NOT NULL PRIMARY KEY,
  until_ms INTEGER NOT NULL,
  rounds   INTEGER NOT NULL,            -- brakes in a row
  held_ms  INTEGER NOT NULL DEFAULT 0   -- after the brake one try goes first, the others wait until
                                        -- then; 0: it has not gone yet
) STRICT, WITHOUT ROWID;
