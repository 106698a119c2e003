-- Takes it upon this worker to fetch the list, unless another has since.
-- ?1 = now, ?2 = the try that the caller has seen; 0: none
INSERT INTO upstream_models (id, tried_ms) VALUES (1, ?1)
    ON CONFLICT (id) DO UPDATE SET tried_ms = excluded.tried_ms WHERE tried_ms = ?2;
