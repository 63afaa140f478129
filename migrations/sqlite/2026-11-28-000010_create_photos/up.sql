-- The photos of fans. Their bytes are in the object storage, under names made of the id: a row is written when they are there.
CREATE TABLE photos (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    app_id VARCHAR(32) NOT NULL,
    fan_id VARCHAR(36) NOT NULL,
    -- Of what was uploaded, so that a file sent twice is one photo. Empty once the photo is removed.
    sha256 VARCHAR(64),
    -- Of the large size, upright.
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    -- Of all sizes together.
    bytes BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- From then on nobody sees it; the row goes with the objects.
    removed_at TIMESTAMP,
    UNIQUE (app_id, fan_id, sha256)
);

CREATE INDEX photos_fan_id ON photos (app_id, fan_id, id);
CREATE INDEX photos_removed_at ON photos (app_id, removed_at) WHERE removed_at IS NOT NULL;

-- Names the fan's avatar in the object storage. Empty: there is none.
ALTER TABLE fans_profiles ADD COLUMN avatar_object VARCHAR(36);
