-- Ends all rests of a key, and forgets what they remember.  ?1 = id
DELETE FROM key_cooldowns WHERE key_id = ?1;
