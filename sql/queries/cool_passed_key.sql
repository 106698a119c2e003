-- Lets a client's own key rest; the longer of two rests holds.
-- ?1 = id, ?2 = model or '', ?3 = until, ?4 = fault
INSERT INTO passed_key_cooldowns (key_id, model, until_ms, fault)
SELECT id, ?2, ?3, ?4 FROM passed_keys WHERE id = ?1
    ON CONFLICT (key_id, model) DO UPDATE
   SET until_ms = excluded.until_ms, fault = excluded.fault
 WHERE excluded.until_ms > passed_key_cooldowns.until_ms;
