-- Acts of operators, of the platform and of erasure. Rows are only added, chained once, and purged when they are old.
CREATE TABLE IF NOT EXISTS audit_log (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at DATETIME NOT NULL,
    -- 'operator', 'platform', 'fan' or 'fanpass'; actor is a name or an id, or empty.
    actor_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    act VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- A fan by id only, so that the row can stay when the fan is erased.
    fan_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
    -- A JSON object, hashed as it stands here.
    details TEXT NOT NULL,
    -- The place in the account's chain, and the hashes; NULL until a job has chained the row.
    position BIGINT,
    prev VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    UNIQUE KEY audit_log_position (app_id, position)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- How far the chain of an account goes, and what was purged of it; one row each, from the first chained row on.
CREATE TABLE IF NOT EXISTS audit_chain (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purged_position BIGINT NOT NULL,
    purged_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
