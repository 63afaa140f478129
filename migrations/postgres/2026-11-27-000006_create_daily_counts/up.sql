-- How often something happened on a day of the site's time zone.
CREATE TABLE daily_counts (
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    name VARCHAR(64) COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (app_id, day, name)
);

-- The last numbered addition of each process, so that a repeated one adds nothing. writer is made anew at each start.
CREATE TABLE daily_count_writers (
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    writer VARCHAR(32) COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    written_at TIMESTAMP NOT NULL,
    PRIMARY KEY (app_id, writer)
);

-- The days that are over.
CREATE TABLE daily_count_closings (
    app_id VARCHAR(32) COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (app_id, day)
);
