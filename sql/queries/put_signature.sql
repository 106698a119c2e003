-- ?1 = call id, ?2 = model family, ?3 = signature, ?4 = now
INSERT INTO thought_signatures (call_id, model_family, signature, created_ms)
VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (call_id) DO UPDATE
   SET model_family = excluded.model_family, signature = excluded.signature;
