-- ?1 fingerprint
INSERT INTO key_file (id, fingerprint) VALUES (1, ?1) ON CONFLICT DO NOTHING;
