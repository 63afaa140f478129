DROP TABLE fans_profiles;
