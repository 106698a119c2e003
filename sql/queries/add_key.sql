-- ?1 = label, ?2 = project, ?3 = sealed secret, ?4 = fingerprint, ?5 = its end, ?6 = now,
-- ?7 = sealed proxy
INSERT INTO api_keys (label, project, secret, fingerprint, last4, added_ms, proxy)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
