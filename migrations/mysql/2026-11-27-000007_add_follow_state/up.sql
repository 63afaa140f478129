-- Whether the fan follows the account, if that is known, and when that was found out. MySQL knows no ADD COLUMN IF NOT EXISTS,
-- which a start needs that follows an interrupted one.
SET @add_follow_state = IF(
    (SELECT COUNT(*) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'fans_profiles' AND column_name = 'subscribed') = 0,
    'ALTER TABLE fans_profiles
        ADD COLUMN subscribed BOOLEAN,
        ADD COLUMN subscribed_at DATETIME,
        ADD COLUMN subscribe_scene VARCHAR(64),
        ADD COLUMN follow_checked_at DATETIME',
    'DO 0'
);
PREPARE add_follow_state FROM @add_follow_state;
EXECUTE add_follow_state;
DEALLOCATE PREPARE add_follow_state;
