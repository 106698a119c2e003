-- How many there are, nearly, and the average size of the newest: to look at all would take minutes.
SELECT (SELECT max(id) FROM thought_signatures) - (SELECT min(id) FROM thought_signatures) + 1,
       (SELECT avg(length(signature) + length(call_id))
          FROM (SELECT signature, call_id FROM thought_signatures ORDER BY id DESC LIMIT 16) newest);
