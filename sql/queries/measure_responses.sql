-- How many there are, nearly, and the average size of the newest: to look at all would take minutes.
SELECT (SELECT max(id) FROM responses) - (SELECT min(id) FROM responses) + 1,
       (SELECT avg(length(input) + length(response))
          FROM (SELECT input, response FROM responses ORDER BY id DESC LIMIT 16) newest);
