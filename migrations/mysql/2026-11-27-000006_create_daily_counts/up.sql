-- How often something happened on a day of the site's time zone.
CREATE TABLE IF NOT EXISTS daily_counts (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day DATE NOT NULL,
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (app_id, day, name)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The last numbered addition of each process, so that a repeated one adds nothing. writer is made anew at each start.
CREATE TABLE IF NOT EXISTS daily_count_writers (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    writer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sequence BIGINT NOT NULL,
    written_at DATETIME NOT NULL,
    PRIMARY KEY (app_id, writer)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The days that are over.
CREATE TABLE IF NOT EXISTS daily_count_closings (
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day DATE NOT NULL,
    closed_at DATETIME NOT NULL,
    PRIMARY KEY (app_id, day)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
