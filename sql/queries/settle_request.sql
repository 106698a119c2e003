-- Completes the row of a request.
-- ?1 = id, ?2 = first byte, ?3 = finished, ?4 = key, ?5 = status, ?6 = outcome, ?7 = message,
-- ?8 = stop reason, ?9 to ?13 = tokens: prompt, cached, tool, output, thought, ?14 = bytes out,
-- ?15 = notes, ?16 = cost, ?17 = cache
UPDATE requests
   SET first_byte_ms = ?2, finished_ms = ?3, key_id = ?4, status = ?5, outcome = ?6, message = ?7,
       stop_reason = ?8, prompt_tokens = ?9, cached_tokens = ?10, tool_tokens = ?11,
       output_tokens = ?12, thought_tokens = ?13, bytes_out = ?14, notes = ?15,
       cost_nano = ?16, cache = ?17
 WHERE id = ?1;
