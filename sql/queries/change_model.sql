-- Another model was asked in the end.  ?1 = request, ?2 = model, ?3 = thinking
UPDATE requests SET model = ?2, thinking = ?3 WHERE id = ?1;
