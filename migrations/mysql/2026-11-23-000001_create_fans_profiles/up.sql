-- Times are UTC, in whole seconds. IF NOT EXISTS, for MySQL commits each statement of a migration by itself: one that
-- was cut short begins anew.
CREATE TABLE IF NOT EXISTS fans_profiles (
    -- ascii_bin: what differs only in case is different, whatever the database's collation is.
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    openid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    unionid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    nickname VARCHAR(128) NOT NULL,
    avatar_url TEXT NOT NULL,
    consented_at DATETIME NOT NULL,
    consent_version VARCHAR(32) NOT NULL,
    profile_refreshed_at DATETIME NOT NULL,
    last_login_at DATETIME NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    UNIQUE KEY fans_profiles_openid (app_id, openid),
    -- Not unique: one WeChat user has several rows where a deployment's database holds several accounts.
    KEY fans_profiles_unionid (unionid)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
