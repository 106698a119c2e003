-- Counts a wrong key against an address; returns until when that is blocked now.
-- ?1 = address, ?2 = now, ?3 = counted since, ?4 = failures at which it is blocked, ?5 = until when
INSERT INTO failed_addresses (address, failures, since_ms, blocked_until_ms)
VALUES (?1, 1, ?2, CASE WHEN ?4 <= 1 THEN ?5 ELSE 0 END)
    ON CONFLICT (address) DO UPDATE
   SET failures         = CASE WHEN since_ms > ?3 THEN failures + 1 ELSE 1 END,
       since_ms         = CASE WHEN since_ms > ?3 THEN since_ms ELSE ?2 END,
       blocked_until_ms = CASE WHEN (CASE WHEN since_ms > ?3 THEN failures + 1 ELSE 1 END) >= ?4
                               THEN ?5 ELSE blocked_until_ms END
RETURNING blocked_until_ms;
