-- The photos of fans. Their bytes are in the object storage, under names made of the id: a row is written when they are there.
CREATE TABLE IF NOT EXISTS photos (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fan_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Of what was uploaded, so that a file sent twice is one photo. Empty once the photo is removed.
    sha256 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    -- Of the large size, upright.
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    -- Of all sizes together.
    bytes BIGINT NOT NULL,
    created_at DATETIME NOT NULL,
    -- From then on nobody sees it; the row goes with the objects.
    removed_at DATETIME,
    UNIQUE KEY photos_sha256 (app_id, fan_id, sha256),
    KEY photos_fan_id (app_id, fan_id, id),
    KEY photos_removed_at (app_id, removed_at)
) ENGINE = InnoDB CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Names the fan's avatar in the object storage. Empty: there is none. Asked for only where it is missing, for a start that
-- follows an interrupted one.
SET @add_avatar_object = IF(
    (SELECT COUNT(*) FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'fans_profiles' AND column_name = 'avatar_object') = 0,
    'ALTER TABLE fans_profiles ADD COLUMN avatar_object VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin',
    'DO 0'
);
PREPARE add_avatar_object FROM @add_avatar_object;
EXECUTE add_avatar_object;
DEALLOCATE PREPARE add_avatar_object;
