-- Is there anybody but administrators, revoked ones included?
SELECT EXISTS (SELECT 1 FROM clients WHERE is_client = 1);
