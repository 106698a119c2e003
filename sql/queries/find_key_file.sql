-- The fingerprint of the key file.
SELECT fingerprint FROM key_file;
