-- Whether the fan follows the account, if that is known, and when that was found out.
ALTER TABLE fans_profiles
    ADD COLUMN subscribed BOOLEAN,
    ADD COLUMN subscribed_at TIMESTAMP,
    ADD COLUMN subscribe_scene VARCHAR(64),
    ADD COLUMN follow_checked_at TIMESTAMP;
