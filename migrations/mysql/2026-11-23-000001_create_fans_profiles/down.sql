DROP TABLE IF EXISTS fans_profiles;
