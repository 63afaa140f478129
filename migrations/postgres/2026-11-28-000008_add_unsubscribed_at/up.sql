-- When the fan stopped following, and when nickname and avatar were emptied: empty for those who follow, and for a profile
-- that was fetched since.
ALTER TABLE fans_profiles
    ADD COLUMN unsubscribed_at TIMESTAMP,
    ADD COLUMN profile_cleared_at TIMESTAMP;

CREATE INDEX fans_profiles_unsubscribed_at ON fans_profiles (app_id, unsubscribed_at) WHERE unsubscribed_at IS NOT NULL;
