-- Whether the fan follows the account, if that is known, and when that was found out.
ALTER TABLE fans_profiles ADD COLUMN subscribed BOOLEAN;
ALTER TABLE fans_profiles ADD COLUMN subscribed_at TIMESTAMP;
ALTER TABLE fans_profiles ADD COLUMN subscribe_scene VARCHAR(64);
ALTER TABLE fans_profiles ADD COLUMN follow_checked_at TIMESTAMP;
