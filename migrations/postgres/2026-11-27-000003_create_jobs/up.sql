-- Work that happens later, once for all replicas. A row is gone when its work is done.
CREATE TABLE jobs (
    id VARCHAR(36) COLLATE "C" NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    kind VARCHAR(32) COLLATE "C" NOT NULL,
    -- Whom it is about: a fan's id or a keyed hash. An erasure drops a fan's jobs by it.
    subject VARCHAR(64) COLLATE "C",
    -- The queue of a target, which holds a bounded number of jobs.
    target VARCHAR(64) COLLATE "C",
    -- Work that repeats has a name, so that there is one row of it.
    name VARCHAR(64) COLLATE "C",
    payload TEXT NOT NULL,
    run_at TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL,
    -- The process that works on it, and until when nobody else may.
    locked_by VARCHAR(36) COLLATE "C",
    locked_until TIMESTAMP,
    last_error VARCHAR(255),
    -- After the last attempt. It waits for an operator.
    failed_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (app_id, kind, name)
);

CREATE INDEX jobs_run_at ON jobs (app_id, run_at);
CREATE INDEX jobs_subject ON jobs (app_id, subject);
CREATE INDEX jobs_target ON jobs (app_id, target, created_at);
