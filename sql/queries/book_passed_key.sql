-- Notes that a client's own key is used.  ?1 = id, ?2 = now
INSERT INTO passed_keys (id, first_seen_ms, last_used_ms) VALUES (?1, ?2, ?2)
    ON CONFLICT (id) DO UPDATE SET last_used_ms = excluded.last_used_ms;
