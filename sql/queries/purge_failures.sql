-- Drops a few of the oldest that count no more, and of those beyond the most there may be.
-- ?1 = counted since, ?2 = now, ?3 = the most
DELETE FROM failed_addresses
 WHERE address IN (SELECT address FROM failed_addresses ORDER BY since_ms LIMIT 4)
   AND ((since_ms <= ?1 AND blocked_until_ms <= ?2)
        OR (SELECT count(*) FROM failed_addresses) > ?3);
