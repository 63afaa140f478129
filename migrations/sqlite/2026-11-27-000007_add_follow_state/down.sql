ALTER TABLE fans_profiles DROP COLUMN follow_checked_at;
ALTER TABLE fans_profiles DROP COLUMN subscribe_scene;
ALTER TABLE fans_profiles DROP COLUMN subscribed_at;
ALTER TABLE fans_profiles DROP COLUMN subscribed;
