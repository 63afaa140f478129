-- Acts of operators, of the platform and of erasure. Rows are only added, chained once, and purged when they are old.
CREATE TABLE audit_log (
    -- AUTOINCREMENT: an id is never given twice, not even after the newest row was purged.
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    app_id VARCHAR(32) NOT NULL,
    at TIMESTAMP NOT NULL,
    -- 'operator', 'platform', 'fan' or 'fanpass'; actor is a name or an id, or empty.
    actor_kind VARCHAR(16) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    act VARCHAR(64) NOT NULL,
    -- A fan by id only, so that the row can stay when the fan is erased.
    fan_id VARCHAR(36),
    -- A JSON object, hashed as it stands here.
    details TEXT NOT NULL,
    -- The place in the account's chain, and the hashes; NULL until a job has chained the row.
    position BIGINT,
    prev CHAR(64),
    hash CHAR(64)
);

CREATE UNIQUE INDEX audit_log_position ON audit_log (app_id, position);

-- How far the chain of an account goes, and what was purged of it; one row each, from the first chained row on.
CREATE TABLE audit_chain (
    app_id VARCHAR(32) NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash CHAR(64) NOT NULL,
    purged_position BIGINT NOT NULL,
    purged_hash CHAR(64) NOT NULL
);
