use std::{error::Error, pin::Pin};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::file::Upload;

/// Why the file cannot be sent as it was announced.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileFault {
    #[error("the file is shorter than its length says")]
    TooShort,
    #[error("the file is longer than its length says")]
    TooLong,
    #[error("the file cannot be read to its end")]
    Unreadable,
}

/// A form with one file, and its length. What comes after the file is sent only if the file has the length that was
/// announced: nobody takes a part of it for the whole.
pub(super) fn form<S, E>(
    upload: Upload<S>,
    boundary: &str,
) -> (u64, impl Stream<Item = Result<Bytes, FileFault>> + 'static)
where
    S: Stream<Item = Result<Bytes, E>> + 'static,
    E: Error + 'static,
{
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        upload.file_name.as_str(),
        upload.file_type.as_str(),
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let around = [head.len(), tail.len()].map(|length| u64::try_from(length).unwrap_or(u64::MAX));
    let length = around.into_iter().fold(upload.length, u64::saturating_add);
    let file = exactly(upload.bytes, upload.length);
    let piece = |text: String| stream::iter([Ok(Bytes::from(text))]);
    (length, piece(head).chain(file).chain(piece(tail)))
}

/// The stream, with an error where it turns out not to have this length.
fn exactly<S, E>(bytes: S, length: u64) -> impl Stream<Item = Result<Bytes, FileFault>> + 'static
where
    S: Stream<Item = Result<Bytes, E>> + 'static,
    E: Error + 'static,
{
    let start: (Pin<Box<S>>, u64) = (Box::pin(bytes), length);
    stream::try_unfold(start, |(mut bytes, left)| async move {
        match bytes.next().await {
            None if left == 0 => Ok(None),
            None => Err(FileFault::TooShort),
            Some(Err(_)) => Err(FileFault::Unreadable),
            Some(Ok(chunk)) => {
                let left = u64::try_from(chunk.len()).ok().and_then(|sent| left.checked_sub(sent));
                left.map(|left| Some((chunk, (bytes, left)))).ok_or(FileFault::TooLong)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::FutureExt;

    use super::*;
    use crate::clients::wechat::media::file::{FileName, FileType, MediaKind};

    fn sent(pieces: Vec<io::Result<&'static str>>, length: u64) -> (u64, Result<String, FileFault>) {
        let upload = Upload {
            kind: MediaKind::Image,
            file_name: FileName::parse("photo.jpg").unwrap(),
            file_type: FileType::Jpeg,
            length,
            bytes: stream::iter(pieces.into_iter().map(|piece| piece.map(Bytes::from))),
        };
        let (length, form) = form(upload, "b0undary");
        let mut form = Box::pin(form);
        let mut text = String::new();
        while let Some(piece) = form.next().now_or_never().unwrap() {
            match piece {
                Ok(piece) => text.push_str(std::str::from_utf8(&piece).unwrap()),
                Err(fault) => return (length, Err(fault)),
            }
        }
        (length, Ok(text))
    }

    #[test]
    fn a_form_has_the_length_that_it_announces() {
        let (length, text) = sent(vec![Ok("ab"), Ok(""), Ok("c")], 3);
        let text = text.unwrap();
        assert_eq!(
            text,
            "--b0undary\r\nContent-Disposition: form-data; name=\"media\"; filename=\"photo.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\nabc\r\n--b0undary--\r\n"
        );
        assert_eq!(usize::try_from(length).unwrap(), text.len());
    }

    #[test]
    fn a_file_of_another_length_is_never_sent_to_its_end() {
        assert_eq!(sent(vec![Ok("ab")], 3).1, Err(FileFault::TooShort));
        assert_eq!(sent(vec![Ok("ab"), Ok("cd")], 3).1, Err(FileFault::TooLong));
        let broken = io::Error::other("made-up");
        assert_eq!(sent(vec![Ok("ab"), Err(broken)], 3).1, Err(FileFault::Unreadable));
    }
}
