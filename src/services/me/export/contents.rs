use serde::Serialize;

use super::{
    ExportError, Exports, Readme,
    archive::Archive,
    documents::{AVATAR_FILE, PhotoDocument, ProfileDocument, SignInsDocument, photo_file},
};
use crate::{
    domain::{AuditRecord, FansProfile, ObjectKey, Photo, PhotoId, PhotoSize, SignIn, Timestamp},
    services::streamed_body::BodyWriter,
};

/// Rows that are read at once.
const BATCH: u16 = 100;

/// What is in one fan's file.
pub(super) struct Contents {
    exports: Exports,
    fan: FansProfile,
    sign_in: SignIn,
    readme: Readme,
    now: Timestamp,
    archive: Archive,
    photos: Vec<PhotoDocument>,
    /// Whether bytes of photos are not in the storage, though they should be.
    misses_photos: bool,
}

impl Contents {
    pub(super) fn new(exports: Exports, fan: FansProfile, sign_in: SignIn, readme: Readme) -> Self {
        Self {
            now: exports.clock.now(),
            archive: Archive::new(exports.time_zone.clone()),
            exports,
            fan,
            sign_in,
            readme,
            photos: Vec::new(),
            misses_photos: false,
        }
    }

    /// Writes the file, as fast as it is read.
    ///
    /// # Errors
    /// [`ExportError`]: the file breaks off.
    pub(super) async fn write(mut self, writer: BodyWriter) -> Result<(), ExportError> {
        let has_avatar = self.write_avatar(&writer).await?;
        let profile = json(&ProfileDocument::new(&self.fan, has_avatar, self.now))?;
        self.add(&writer, "profile.json", &profile, self.fan.updated_at).await?;
        let acts = self.acts().await?;
        let sign_ins = json(&SignInsDocument::new(&self.fan, &self.sign_in, acts))?;
        self.add(&writer, "sign-ins.json", &sign_ins, self.now).await?;
        self.write_photos(&writer).await?;
        let index = json(&self.photos)?;
        self.add(&writer, "photos.json", &index, self.now).await?;
        // Last, because it says what is missing.
        let readme = self.readme();
        self.add(&writer, "README.txt", readme.as_bytes(), self.now).await?;
        writer.send(self.archive.finish().await?).await?;
        Ok(writer.end().await?)
    }

    async fn add(&mut self, writer: &BodyWriter, name: &str, content: &[u8], at: Timestamp) -> Result<(), ExportError> {
        let piece = self.archive.add(name, content, at).await?;
        Ok(writer.send(piece).await?)
    }

    /// Adds the copy of the avatar. Returns whether there is one.
    async fn write_avatar(&mut self, writer: &BodyWriter) -> Result<bool, ExportError> {
        let Some(avatar) = self.fan.avatar else {
            return Ok(false);
        };
        let Some(bytes) = self.exports.objects.get(&ObjectKey::avatar(avatar)).await? else {
            return Ok(false);
        };
        self.add(writer, AVATAR_FILE, &bytes, self.fan.profile_refreshed_at)
            .await?;
        Ok(true)
    }

    async fn acts(&self) -> Result<Vec<AuditRecord>, ExportError> {
        let (mut acts, mut after) = (Vec::new(), 0);
        loop {
            let rows = self.exports.audit_log.of_fan(self.fan.id, after, BATCH).await?;
            let Some(last) = rows.last() else { return Ok(acts) };
            after = last.record.id;
            acts.extend(rows.into_iter().map(|row| row.record));
        }
    }

    async fn write_photos(&mut self, writer: &BodyWriter) -> Result<(), ExportError> {
        let mut before = None;
        loop {
            let batch = self.exports.photos.list(self.fan.id, before, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            before = Some(last.id);
            for photo in &batch {
                self.write_photo(writer, photo).await?;
            }
        }
    }

    /// Adds a photo, unless it was deleted meanwhile.
    async fn write_photo(&mut self, writer: &BodyWriter, photo: &Photo) -> Result<(), ExportError> {
        let key = ObjectKey::photo(photo.id, PhotoSize::Large);
        let bytes = self.exports.objects.get(&key).await?;
        if !self.is_there(photo.id).await? {
            return Ok(());
        }
        let Some(bytes) = bytes else {
            tracing::error!(photo.id = %photo.id, "a photo's object is missing in the storage");
            self.misses_photos = true;
            return Ok(());
        };
        self.add(writer, &photo_file(photo.id), &bytes, photo.created_at)
            .await?;
        self.photos.push(PhotoDocument::new(photo));
        Ok(())
    }

    async fn is_there(&self, id: PhotoId) -> Result<bool, ExportError> {
        Ok(self.exports.photos.find(self.fan.id, id).await?.is_some())
    }

    fn readme(&self) -> String {
        let mut readme = self.readme.text.clone();
        if self.misses_photos {
            readme.push_str("\n\n");
            readme.push_str(&self.readme.photos_missing);
        }
        readme.push('\n');
        // What comes with older versions of Windows knows no other ends of lines.
        readme.replace('\n', "\r\n")
    }
}

fn json(document: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    Ok(text)
}
