-- ?1 = model, ?2 = thinking, ?3 = now
SELECT 1 FROM refused_thinking WHERE model = ?1 AND thinking = ?2 AND until_ms > ?3;
