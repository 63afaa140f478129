use std::error::Error;

use awc::body::SizedStream;
use bytes::Bytes;
use futures_util::Stream;
use secrecy::{ExposeSecret, SecretString};

use super::{MediaId, file::Upload, multipart::form};
use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient},
    domain::{Deadline, Random},
    telemetry::Stopwatch,
};

impl WeChatClient {
    /// Uploads a file for three days (新增临时素材), once: its bytes cannot be read twice.
    ///
    /// # Errors
    /// [`PlatformError`]; `Unsent` if the file does not have the length that it should have, which is no fault of the
    /// platform.
    pub async fn upload<S, E>(
        &self,
        account_token: &SecretString,
        upload: Upload<S>,
        random: &Random,
        deadline: Deadline,
    ) -> Result<MediaId, PlatformError>
    where
        S: Stream<Item = Result<Bytes, E>> + 'static,
        E: Error + 'static,
    {
        let endpoint = Endpoint::MediaUpload;
        let begun = Stopwatch::start();
        let query = [
            ("access_token", account_token.expose_secret()),
            ("type", upload.kind.as_str()),
        ];
        let url = self.url(endpoint, &query);
        let boundary = hex::encode(random.bytes::<16>());
        let (length, form) = form(upload, &boundary);
        let sent = self
            .request(endpoint, &url, deadline)
            .content_type(format!("multipart/form-data; boundary={boundary}"))
            .send_body(SizedStream::new(length, Box::pin(form)));
        let work = async { self.complete(endpoint, sent).await?.media_id() };
        let in_time = deadline.run(work).await;
        let result = in_time.unwrap_or(Err(PlatformError::Timeout { endpoint }));
        if !matches!(result, Err(PlatformError::Unsent { .. })) {
            self.record(endpoint, result.as_ref().err(), begun.elapsed());
        }
        result
    }
}

impl Response {
    /// Reads the response to an upload.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or holds no id.
    pub fn media_id(&self) -> Result<MediaId, PlatformError> {
        let fields = self.fields()?;
        let id = fields.id("media_id").or_else(|| fields.id("thumb_media_id"));
        id.and_then(|id| MediaId::parse(&id))
            .ok_or_else(|| self.garbage("no media_id that can be one"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_without_an_id_is_garbage() {
        let read = |body: &str| Response::new(Endpoint::MediaUpload, 200, body.as_bytes().to_vec()).media_id();
        assert_eq!(
            read(r#"{"type":"image","media_id":"made-up","created_at":1}"#)
                .unwrap()
                .as_str(),
            "made-up"
        );
        assert_eq!(read(r#"{"thumb_media_id":"made-up"}"#).unwrap().as_str(), "made-up");
        for body in ["{}", r#"{"media_id":""}"#, r#"{"media_id":"a b"}"#, r#"{"media_id":7}"#] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
    }
}
