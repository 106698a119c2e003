-- How well each key does, for the weighted choice; and conversations by model, since the upstream's
-- cache is a model's.

ALTER TABLE api_keys ADD COLUMN
  success /* share of good answers, lately */ REAL NOT NULL DEFAULT 0.5;
ALTER TABLE api_keys ADD COLUMN
  latency_ms /* to the first byte, lately; NULL: not known */ REAL;
ALTER TABLE api_keys ADD COLUMN
  health /* from 0 to 1 */ REAL GENERATED ALWAYS AS (coalesce(
    0.4 * success + 0.6 * max(0.0, min(1.0, 1.0 - (latency_ms - 100.0) / 5000.0)), 0.5)) VIRTUAL;
ALTER TABLE api_keys ADD COLUMN
  turn /* of the weighted choice: the lowest is next */ REAL NOT NULL DEFAULT 0.0;

-- Strict turns of keys that are leased the more often the healthier they are.
CREATE INDEX api_keys_by_turn ON api_keys (turn, id) WHERE enabled = 1;

DROP INDEX requests_by_conversation;
CREATE INDEX requests_by_conversation ON requests (conversation, model)
 WHERE conversation IS NOT NULL;
