-- Until when an address is blocked, unless a clock that was ahead has done that.
-- ?1 = address, ?2 = now
SELECT blocked_until_ms FROM failed_addresses
 WHERE address = ?1 AND blocked_until_ms > ?2 AND since_ms <= ?2 + 60000;
