-- One row for each erasure of a fan. It holds nothing that names the fan.
CREATE TABLE erasure_receipts (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) NOT NULL,
    -- Who asked: 'operator', 'platform', 'fan' or 'fanpass'.
    reason VARCHAR(16) NOT NULL,
    -- HMAC-SHA256 of the openid under a secret of the account: a login that began before the erasure does not undo it.
    openid_hash VARCHAR(64) NOT NULL,
    requested_at TIMESTAMP NOT NULL,
    -- The same moment in milliseconds since 1970.
    requested_at_ms BIGINT NOT NULL,
    -- Empty while something is left to erase.
    finished_at TIMESTAMP,
    -- What was erased, as JSON.
    removed VARCHAR(1024)
);

CREATE INDEX erasure_receipts_openid_hash ON erasure_receipts (app_id, openid_hash);

-- Secrets that an account makes for itself, once. No key seals them, for keys are replaced.
CREATE TABLE account_secrets (
    app_id VARCHAR(32) NOT NULL,
    name VARCHAR(32) NOT NULL,
    secret VARCHAR(64) NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (app_id, name)
);
