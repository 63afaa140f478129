-- Sessions that ended before their time. Rows are only added and, once those sessions would be over anyway, purged.
CREATE TABLE session_endings (
    -- AUTOINCREMENT: an id is never given twice, not even after the newest row was purged.
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    app_id VARCHAR(32) NOT NULL,
    -- 'session', 'fan', 'forgotten' or 'all'; subject is the session's id, the fan's id, or empty.
    kind VARCHAR(16) NOT NULL,
    subject VARCHAR(36) NOT NULL,
    -- The first epoch whose sessions are good; 0 where one session ended.
    epoch BIGINT NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

CREATE INDEX session_endings_expires_at ON session_endings (app_id, expires_at);

-- The epoch of an account, which grows each time that an operator ends sessions; one row each, from the first time on.
CREATE TABLE sign_out_epochs (
    app_id VARCHAR(32) NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL
);
