-- ?1 = hash of the key
SELECT id, name, revoked_ms, expires_ms, models, is_client, is_admin, requests_per_minute,
       requests_per_day, tokens_per_minute, tokens_per_day, budget_nano, streams
  FROM clients WHERE key_hash = ?1;
