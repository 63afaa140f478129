ALTER TABLE fans_profiles
    DROP COLUMN follow_checked_at,
    DROP COLUMN subscribe_scene,
    DROP COLUMN subscribed_at,
    DROP COLUMN subscribed;
