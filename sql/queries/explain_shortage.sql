-- All keys with what keeps them from being used; the longest rest of each comes first.
-- ?1 = now, ?2 = model
SELECT k.id, k.enabled, c.until_ms, c.reason
  FROM api_keys k
  LEFT JOIN key_cooldowns c ON c.key_id = k.id AND c.model IN ('', ?2) AND c.until_ms > ?1
                            AND c.set_ms <= ?1 + 60000
 ORDER BY k.id, c.until_ms DESC;
