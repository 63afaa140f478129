-- Work that happens later, once for all replicas. A row is gone when its work is done.
CREATE TABLE IF NOT EXISTS jobs (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Whom it is about: a fan's id or a keyed hash. An erasure drops a fan's jobs by it.
    subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    -- The queue of a target, which holds a bounded number of jobs.
    target VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    -- Work that repeats has a name, so that there is one row of it.
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    payload MEDIUMTEXT NOT NULL,
    run_at DATETIME NOT NULL,
    attempts INTEGER NOT NULL,
    -- The process that works on it, and until when nobody else may.
    locked_by VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
    locked_until DATETIME,
    last_error VARCHAR(255),
    -- After the last attempt. It waits for an operator.
    failed_at DATETIME,
    created_at DATETIME NOT NULL,
    UNIQUE KEY jobs_name (app_id, kind, name),
    KEY jobs_run_at (app_id, run_at),
    KEY jobs_subject (app_id, subject),
    KEY jobs_target (app_id, target, created_at)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
