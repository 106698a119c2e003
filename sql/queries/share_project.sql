-- Do two keys belong to one project?  ?1, ?2 = ids
SELECT 1 FROM api_keys a JOIN api_keys b ON b.project = a.project
 WHERE a.id = ?1 AND b.id = ?2 AND a.project <> '';
