DROP INDEX fans_profiles_unsubscribed_at;
ALTER TABLE fans_profiles DROP COLUMN profile_cleared_at;
ALTER TABLE fans_profiles DROP COLUMN unsubscribed_at;
