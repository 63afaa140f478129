-- Times are UTC, in whole seconds.
CREATE TABLE fans_profiles (
    -- Not CHAR(36): comparing that with a text parameter casts the column and passes the index by.
    id VARCHAR(36) COLLATE "C" NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    -- "C": openids that differ only in case are different fans, whatever the database's locale is.
    openid VARCHAR(64) COLLATE "C" NOT NULL,
    unionid VARCHAR(64) COLLATE "C",
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
