-- How a client's own key fared, and how long it rests.  ?1 = id, ?2 = model, ?3 = now
SELECT k.answers, k.failures, k.failures_in_row, k.average_ms, c.until_ms, c.fault
  FROM passed_keys k
  LEFT JOIN passed_key_cooldowns c ON c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?3
 WHERE k.id = ?1
 ORDER BY c.until_ms DESC
 LIMIT 1;
