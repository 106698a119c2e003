-- Is any key in use?
SELECT EXISTS (SELECT 1 FROM api_keys WHERE enabled = 1);
