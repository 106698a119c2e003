-- ?1 = call id
SELECT model_family, signature FROM thought_signatures WHERE call_id = ?1;
