-- Keeps the list that was fetched.  ?1 = list, ?2 = now
UPDATE upstream_models SET list = ?1, fetched_ms = ?2;
