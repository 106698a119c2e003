-- Opens the row of an attempt, or completes it.
-- ?1 = request, ?2 = number, ?3 = key, ?4 = model, ?5 = started, ?6 = first byte, ?7 = finished,
-- ?8 = status, ?9 = fault, ?10 = reason, ?11 = message, ?12 = key effect, ?13 = cooldown, ?14 = retry,
-- ?15 = cost
INSERT INTO attempts (request, number, key_id, model, started_ms, first_byte_ms, finished_ms,
                      status, fault, reason, message, key_effect, cooldown_ms, retry, cost_nano)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (request, number) DO UPDATE
   SET first_byte_ms = excluded.first_byte_ms, finished_ms = excluded.finished_ms,
       status = excluded.status, fault = excluded.fault, reason = excluded.reason,
       message = excluded.message, key_effect = excluded.key_effect,
       cooldown_ms = excluded.cooldown_ms, retry = excluded.retry,
       cost_nano = excluded.cost_nano;
