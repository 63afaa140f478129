-- Times are UTC, in whole seconds, written as 'YYYY-MM-DD HH:MM:SS', so that they also compare as text.
CREATE TABLE fans_profiles (
    id CHAR(36) NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) NOT NULL,
    -- BINARY: openids that differ only in case are different fans.
    openid VARCHAR(64) COLLATE BINARY NOT NULL,
    unionid VARCHAR(64) COLLATE BINARY,
    nickname TEXT NOT NULL,
    avatar_url TEXT NOT NULL,
    consented_at TIMESTAMP NOT NULL,
    consent_version VARCHAR(32) NOT NULL,
    profile_refreshed_at TIMESTAMP NOT NULL,
    last_login_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (app_id, openid)
);

-- Not unique: one WeChat user has several rows where a deployment's database holds several accounts.
CREATE INDEX fans_profiles_unionid ON fans_profiles (unionid);
