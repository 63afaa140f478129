//! The second road in: a photo that WeChat's JavaScript uploaded to the platform, which keeps it for three days.

use std::{num::NonZeroU32, time::Duration};

use bytes::{Bytes, BytesMut};
use governor::Quota;

use super::{PhotoError, Photos, Saved};
use crate::{
    clients::wechat::{ErrorClass, MediaId, WeChatClient},
    domain::{Deadline, FanId},
    resilience::{EventLimit, OverLimit},
    services::{
        account_tokens::{AccountTokenError, AccountTokens},
        picture_pool::{PicturePool, PoolError},
    },
};

/// How long the platform may take for a file, to its last byte.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Characters of a serverId.
const MAX_SERVER_ID: usize = 256;

/// Saves photos from the platform, on one worker thread.
#[derive(Clone)]
pub struct PlatformPhotos {
    /// Where they are saved.
    pub photos: Photos,
    /// Where they come from.
    pub platform: WeChatClient,
    /// For the account's token.
    pub tokens: AccountTokens,
    /// Has the memory for those on their way.
    pub pool: PicturePool,
    /// How many each fan may ask for.
    pub limit: ServerIdLimit,
}

/// How many photos each fan may have fetched from the platform, which gives an account 10,000 downloads a day at worst. Counted
/// in this process; clones share the counters.
#[derive(Clone)]
pub struct ServerIdLimit(EventLimit<FanId>);

impl ServerIdLimit {
    /// Ten pages of nine photos at once, and then one a minute.
    const AT_ONCE: NonZeroU32 = NonZeroU32::new(90).expect("not zero");
    const INTERVAL: Duration = Duration::from_secs(60);
    /// 64 KiB of them.
    const COUNTERS: usize = 8192;
}

impl Default for ServerIdLimit {
    fn default() -> Self {
        let each = Quota::with_period(Self::INTERVAL).unwrap_or_else(|| Quota::per_minute(NonZeroU32::MIN));
        Self(EventLimit::new(each.allow_burst(Self::AT_ONCE), Self::COUNTERS))
    }
}

/// Why a photo was not saved.
#[derive(Debug, thiserror::Error)]
pub enum PlatformPhotoError {
    /// As for one that was uploaded here.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The platform knows no such file, or not any more.
    #[error("the platform does not know this file")]
    UnknownFile,
    /// The fan asked for too many.
    #[error("too many photos of one fan from the platform")]
    TooMany(OverLimit),
    /// The platform refused, or the download broke off.
    #[error(transparent)]
    Platform(#[from] AccountTokenError),
}

/// What `wx.uploadImage` calls a photo that it uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerId(MediaId);

impl ServerId {
    /// 1 to 256 letters, digits, `-` and `_`. None: anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_valid = text.len() <= MAX_SERVER_ID && text.bytes().all(is_plain);
        MediaId::parse(text).filter(|_| is_valid).map(Self)
    }
}

impl PlatformPhotos {
    /// Downloads a photo, and saves it as [`Photos::save`] does.
    ///
    /// # Errors
    /// [`PlatformPhotoError`].
    pub async fn save(&self, fan: FanId, server_id: &ServerId) -> Result<Saved, PlatformPhotoError> {
        self.photos.want_room(fan).await?;
        self.limit.0.admit(&fan).map_err(PlatformPhotoError::TooMany)?;
        let max = self.photos.max_bytes();
        let limit = u64::try_from(max).unwrap_or(u64::MAX);
        let mut space = self.pool.upload();
        space.grow(max).map_err(|error| match error {
            PoolError::Full | PoolError::Broken => PhotoError::PoolFull,
            PoolError::TooLarge => PhotoError::TooManyBytes { max },
        })?;
        let file = self.download(&server_id.0, limit).await;
        let file = file.map_err(|error| meaning(error, max))?;
        Ok(self.photos.save(fan, file).await?)
    }

    async fn download(&self, server_id: &MediaId, limit: u64) -> Result<Bytes, AccountTokenError> {
        let deadline = Deadline::after(DOWNLOAD_TIMEOUT);
        let call = async |token| {
            let mut download = self.platform.download(&token, server_id, limit, deadline).await?;
            let mut file = BytesMut::new();
            while let Some(chunk) = download.chunk().await? {
                file.extend_from_slice(&chunk);
            }
            Ok(file.freeze())
        };
        self.tokens.call(deadline, call).await
    }
}

/// What a failed download means for the fan.
fn meaning(error: AccountTokenError, max: usize) -> PlatformPhotoError {
    let AccountTokenError::Platform(cause) = &error else {
        return error.into();
    };
    if cause.class() == ErrorClass::NotFound {
        PlatformPhotoError::UnknownFile
    } else if cause.is_video() {
        PhotoError::NotAPicture.into()
    } else if cause.is_too_long() {
        PhotoError::TooManyBytes { max }.into()
    } else {
        error.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::wechat::{Endpoint, PlatformError};

    #[test]
    fn a_server_id_has_a_plain_form() {
        for text in ["a", "-_Az09", &"a".repeat(256)] {
            assert_eq!(ServerId::parse(text).unwrap().0.as_str(), text);
        }
        for text in ["", "a b", "a/b", "a.b", "..", "a%2f", "照片", &"a".repeat(257)] {
            assert_eq!(ServerId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_file_that_is_gone_is_told_from_a_platform_that_fails() {
        let refused = |errcode| {
            let error = PlatformError::Refused {
                endpoint: Endpoint::MediaDownload,
                errcode,
                errmsg: String::new(),
            };
            meaning(error.into(), 9)
        };
        assert!(matches!(refused(40007), PlatformPhotoError::UnknownFile));
        assert!(matches!(refused(45009), PlatformPhotoError::Platform(_)));
        assert!(matches!(refused(-1), PlatformPhotoError::Platform(_)));
    }
}
