-- Counts a wrong key against an address; returns until when that is blocked now. What began in the
-- future was counted by a clock that was ahead, and is void.
-- ?1 = address, ?2 = now, ?3 = counted since, ?4 = failures at which it is blocked, ?5 = until when
INSERT INTO failed_addresses (address, failures, since_ms, blocked_until_ms)
VALUES (?1, 1, ?2, CASE WHEN ?4 <= 1 THEN ?5 ELSE 0 END)
    ON CONFLICT (address) DO UPDATE
   SET failures         = iif(since_ms BETWEEN ?3 + 1 AND ?2 + 60000, failures + 1, 1),
       since_ms         = iif(since_ms BETWEEN ?3 + 1 AND ?2 + 60000, since_ms, ?2),
       blocked_until_ms = CASE
         WHEN iif(since_ms BETWEEN ?3 + 1 AND ?2 + 60000, failures + 1, 1) >= ?4 THEN ?5
         WHEN since_ms > ?2 + 60000 THEN 0
         ELSE blocked_until_ms END
RETURNING blocked_until_ms;
