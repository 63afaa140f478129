-- What must happen only once. A row that is there was used.
CREATE TABLE IF NOT EXISTS used_once (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- What it is, such as 'push_nonce'.
    kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- A keyed hash of it.
    hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- What it was used for.
    result VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (app_id, kind, hash),
    KEY used_once_expires_at (app_id, expires_at)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The pushes of the last minutes, by a keyed hash of what tells one from others, and how they were answered.
CREATE TABLE IF NOT EXISTS push_receipts (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- A keyed hash of the openid, by which an erasure finds it.
    subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    -- Sealed. Empty while nobody has answered yet.
    answer TEXT CHARACTER SET ascii COLLATE ascii_bin,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (app_id, hash),
    KEY push_receipts_subject (app_id, subject),
    KEY push_receipts_expires_at (app_id, expires_at)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
