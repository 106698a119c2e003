-- All rests that have not ended.  ?1 = now
SELECT key_id, model, until_ms, fault, reason, strikes
  FROM key_cooldowns
 WHERE until_ms > ?1 AND set_ms <= ?1 + 60000
 ORDER BY key_id, model;
