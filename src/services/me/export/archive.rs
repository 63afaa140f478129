use async_zip::{
    Compression, ZipDateTime, ZipDateTimeBuilder, ZipEntryBuilder, base::write::ZipFileWriter, error::ZipError,
};
use bytes::Bytes;

use crate::domain::{TimeZone, Timestamp};

/// Read and written by the owner, read by everybody else.
const PERMISSIONS: u16 = 0o644;

/// Years that the format can say.
const YEARS: std::ops::RangeInclusive<i32> = 1980..=2107;

/// A file that cannot be added: its name is too long, say.
#[derive(Debug, thiserror::Error)]
#[error("a file cannot be added to the archive")]
pub struct ArchiveError(#[from] ZipError);

/// A ZIP file that is written from its beginning to its end. Nothing in it is compressed: photos are already.
pub(super) struct Archive {
    writer: ZipFileWriter<Vec<u8>>,
    time_zone: TimeZone,
}

impl Archive {
    /// An empty one. Its times are those of a zone, because the format has none.
    pub(super) fn new(time_zone: TimeZone) -> Self {
        Self {
            writer: ZipFileWriter::new(Vec::new()),
            time_zone,
        }
    }

    /// Adds a file. Returns what comes next of the archive.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub(super) async fn add(&mut self, name: &str, content: &[u8], at: Timestamp) -> Result<Bytes, ArchiveError> {
        let entry = ZipEntryBuilder::new(name.into(), Compression::Stored)
            .unix_permissions(PERMISSIONS)
            .last_modification_date(self.time_of(at));
        self.writer.write_entry_whole(entry, content).await?;
        Ok(std::mem::take(self.writer.inner_mut()).into())
    }

    /// The directory of the files, without which nobody takes it for a ZIP file.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub(super) async fn finish(self) -> Result<Bytes, ArchiveError> {
        Ok(self.writer.close().await?.into())
    }

    fn time_of(&self, at: Timestamp) -> ZipDateTime {
        let local = self.time_zone.local(at).filter(|local| YEARS.contains(&local.year()));
        let Some(local) = local else {
            return ZipDateTimeBuilder::new().year(*YEARS.start()).month(1).day(1).build();
        };
        ZipDateTimeBuilder::new()
            .year(local.year())
            .month(u8::from(local.month()).into())
            .day(local.day().into())
            .hour(local.hour().into())
            .minute(local.minute().into())
            .second(local.second().into())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `files` become, piece by piece.
    async fn archived(files: &[(&str, &[u8])], at: Timestamp) -> Vec<Bytes> {
        let mut archive = Archive::new(TimeZone::parse("Asia/Shanghai").unwrap());
        let mut pieces = Vec::new();
        for (name, content) in files {
            pieces.push(archive.add(name, content, at).await.unwrap());
        }
        pieces.push(archive.finish().await.unwrap());
        pieces
    }

    #[tokio::test]
    async fn each_file_says_its_size_and_checksum_before_its_content() {
        let at = Timestamp::parse("2026-11-27T16:30:10Z").unwrap();
        let pieces = archived(&[("照片/a.jpg", b"123456789")], at).await;
        let entry = &pieces[0];
        assert_eq!(&entry[..4], b"PK\x03\x04");
        assert_eq!(entry[6..8], [0, 8], "no sizes behind the content; the name is UTF-8");
        assert_eq!(entry[8..10], [0, 0], "stored");
        let (time, date) = (30 << 5 | 5_u16, (2026 - 1980) << 9 | 11 << 5 | 28_u16);
        assert_eq!(
            entry[10..14],
            [time.to_le_bytes(), date.to_le_bytes()].concat(),
            "in Shanghai"
        );
        // The checksum that every description of CRC-32 names for these nine digits.
        assert_eq!(entry[14..18], 0xcbf4_3926_u32.to_le_bytes());
        assert_eq!(entry[18..26], [9, 0, 0, 0, 9, 0, 0, 0]);
        assert!(entry.ends_with("照片/a.jpg123456789".as_bytes()));
        assert_eq!(&pieces[1][..4], b"PK\x01\x02");
    }

    #[tokio::test]
    async fn a_time_that_the_format_does_not_know_is_its_first() {
        for seconds in [0, i64::MAX, i64::MIN] {
            let pieces = archived(&[("a", b"")], Timestamp::from_unix_seconds(seconds)).await;
            assert_eq!(pieces[0][10..14], [0, 0, 1 << 5 | 1, 0], "{seconds}");
        }
    }

    #[tokio::test]
    async fn what_was_taken_is_not_kept() {
        let content = vec![7; 1 << 20];
        let mut archive = Archive::new(TimeZone::parse("UTC").unwrap());
        for number in 0..3 {
            let at = Timestamp::from_unix_seconds(1_795_435_199);
            let piece = archive.add(&number.to_string(), &content, at).await.unwrap();
            assert!(piece.len() < content.len() + 100);
            assert_eq!(archive.writer.inner_mut().capacity(), 0);
        }
    }
}
