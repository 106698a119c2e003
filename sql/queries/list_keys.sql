-- All keys, without their secrets.
SELECT id, label, project, last4, enabled, disabled_reason, added_ms, last_used_ms,
       last_success_ms, leases, health, proxy
  FROM api_keys
 ORDER BY id;
