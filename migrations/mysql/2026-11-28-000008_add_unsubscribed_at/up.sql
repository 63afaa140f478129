-- When the fan stopped following, and when nickname and avatar were emptied: empty for those who follow, and for a profile
-- that was fetched since. One statement, asked for only where it is missing, for a start that follows an interrupted one.
SET @add_unsubscribed_at = IF(
    (SELECT COUNT(*) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'fans_profiles' AND column_name = 'unsubscribed_at') = 0,
    'ALTER TABLE fans_profiles
        ADD COLUMN unsubscribed_at DATETIME,
        ADD COLUMN profile_cleared_at DATETIME,
        ADD KEY fans_profiles_unsubscribed_at (app_id, unsubscribed_at)',
    'DO 0'
);
PREPARE add_unsubscribed_at FROM @add_unsubscribed_at;
EXECUTE add_unsubscribed_at;
DEALLOCATE PREPARE add_unsubscribed_at;
