-- Drops the keys that were not used for longest.  ?1 = how many are kept
DELETE FROM passed_keys
 WHERE id IN (SELECT id FROM passed_keys ORDER BY last_used_ms DESC LIMIT -1 OFFSET ?1);
