ALTER TABLE fans_profiles DROP COLUMN avatar_object;
DROP TABLE photos;
