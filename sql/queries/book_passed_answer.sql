-- A client's own key has answered. The average follows the last fifty answers.
-- ?1 = id, ?2 = after how many milliseconds
UPDATE passed_keys
   SET answers = answers + 1, failures_in_row = 0,
       average_ms = average_ms + (?2 - average_ms) / min(answers + 1, 50)
 WHERE id = ?1;
