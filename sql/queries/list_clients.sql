SELECT id, name, created_ms, revoked_ms, last_used_ms, expires_ms, models, is_client, is_admin,
       requests_per_minute, requests_per_day, tokens_per_minute, tokens_per_day, budget_nano, streams
  FROM clients ORDER BY id;
