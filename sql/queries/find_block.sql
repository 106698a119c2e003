-- Until when an address is blocked.  ?1 = address, ?2 = now
SELECT blocked_until_ms FROM failed_addresses WHERE address = ?1 AND blocked_until_ms > ?2;
