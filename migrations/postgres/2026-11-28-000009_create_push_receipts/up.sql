-- What must happen only once. A row that is there was used.
CREATE TABLE used_once (
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    -- What it is, such as 'push_nonce'.
    kind VARCHAR(16) COLLATE "C" NOT NULL,
    -- A keyed hash of it.
    hash VARCHAR(64) COLLATE "C" NOT NULL,
    -- What it was used for.
    result VARCHAR(64) COLLATE "C" NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (app_id, kind, hash)
);

CREATE INDEX used_once_expires_at ON used_once (app_id, expires_at);

-- The pushes of the last minutes, by a keyed hash of what tells one from others, and how they were answered.
CREATE TABLE push_receipts (
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    hash VARCHAR(64) COLLATE "C" NOT NULL,
    -- A keyed hash of the openid, by which an erasure finds it.
    subject VARCHAR(64) COLLATE "C",
    -- Sealed. Empty while nobody has answered yet.
    answer TEXT,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (app_id, hash)
);

CREATE INDEX push_receipts_subject ON push_receipts (app_id, subject);
CREATE INDEX push_receipts_expires_at ON push_receipts (app_id, expires_at);
