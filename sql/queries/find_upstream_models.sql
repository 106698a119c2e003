-- The upstream's list of models as it was last fetched.
SELECT list, fetched_ms, tried_ms FROM upstream_models;
