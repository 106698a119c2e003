-- ?1 = label, ?2 = project, ?3 = sealed secret, ?4 = fingerprint, ?5 = its end, ?6 = now
INSERT INTO api_keys (label, project, secret, fingerprint, last4, added_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
