-- Keys that are used through a proxy of their own.

ALTER TABLE api_keys ADD COLUMN
  proxy /* URL, sealed with the key file, since it may hold a password; NULL: that of castor.ini */ BLOB;
