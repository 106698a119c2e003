-- ?1 = id of the key, ?2 = now, ?3 = milliseconds to the first byte
UPDATE api_keys
   SET last_success_ms = ?2,
       success = success + 0.1 * (1.0 - success),
       latency_ms = coalesce(latency_ms + 0.2 * (?3 - latency_ms), ?3)
 WHERE id = ?1;
