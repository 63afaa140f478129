ALTER TABLE fans_profiles
    DROP KEY fans_profiles_unsubscribed_at,
    DROP COLUMN profile_cleared_at,
    DROP COLUMN unsubscribed_at;
