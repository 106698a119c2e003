-- ?1 = id
UPDATE passed_keys SET failures = failures + 1, failures_in_row = failures_in_row + 1 WHERE id = ?1;
