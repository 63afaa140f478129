-- Sessions that ended before their time. Rows are only added and, once those sessions would be over anyway, purged.
CREATE TABLE IF NOT EXISTS session_endings (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- 'session', 'fan', 'forgotten' or 'all'; subject is the session's id, the fan's id, or empty.
    kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The first epoch whose sessions are good; 0 where one session ended.
    epoch BIGINT NOT NULL,
    ended_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    KEY session_endings_expires_at (app_id, expires_at)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The epoch of an account, which grows each time that an operator ends sessions; one row each, from the first time on.
CREATE TABLE IF NOT EXISTS sign_out_epochs (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
