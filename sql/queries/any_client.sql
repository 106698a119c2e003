-- Is there any client, revoked ones included?
SELECT EXISTS (SELECT 1 FROM clients);
