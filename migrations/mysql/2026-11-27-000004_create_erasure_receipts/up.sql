-- One row for each erasure of a fan. It holds nothing that names the fan.
CREATE TABLE IF NOT EXISTS erasure_receipts (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Who asked: 'operator', 'platform', 'fan' or 'fanpass'.
    reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- HMAC-SHA256 of the openid under a secret of the account: a login that began before the erasure does not undo it.
    openid_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    requested_at DATETIME NOT NULL,
    -- The same moment in milliseconds since 1970.
    requested_at_ms BIGINT NOT NULL,
    -- Empty while something is left to erase.
    finished_at DATETIME,
    -- What was erased, as JSON.
    removed VARCHAR(1024),
    KEY erasure_receipts_openid_hash (app_id, openid_hash)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Secrets that an account makes for itself, once. No key seals them, for keys are replaced.
CREATE TABLE IF NOT EXISTS account_secrets (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    secret VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (app_id, name)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
