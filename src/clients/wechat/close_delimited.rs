use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_rt::net::{ActixStream, Ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are read at once while the head of an answer is awaited.
const READ: usize = 4096;

/// Longest head that is looked at, in bytes; awc refuses one that is longer than twice this.
const MAX_HEAD: usize = 64 * 1024;

/// A connection for awc, which reads some answers otherwise than HTTP/1.1 says, and so is shown them changed:
///
/// - An interim answer (1xx) is left out: awc takes it for the whole answer, and the final one comes after it (RFC 9110,
///   15.2).
/// - An answer without a length goes on to the end of the connection (RFC 9112, 6.3), where awc takes it for one without a
///   body. In HTTP/1.0 awc reads it so: its head is handed on as one of HTTP/1.0.
pub(super) struct CloseDelimited<Io> {
    io: Io,
    /// What was read and not yet handed on.
    read: Vec<u8>,
    awaits_head: bool,
    /// Whether the end of the connection is the end of the body.
    ends_with_connection: bool,
}

impl<Io> CloseDelimited<Io> {
    pub(super) const fn new(io: Io) -> Self {
        Self {
            io,
            read: Vec::new(),
            awaits_head: true,
            ends_with_connection: false,
        }
    }
}

impl<Io: AsyncRead + Unpin> CloseDelimited<Io> {
    /// Reads the head of the final answer as a whole, and what came with it.
    fn poll_head(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.awaits_head {
            let mut bytes = [0; READ];
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.io).poll_read(context, &mut buffer))?;
            self.read.extend_from_slice(buffer.filled());
            self.drop_interim_heads();
            let end = head_end(&self.read);
            if let Some(head) = end.and_then(|end| self.read.get_mut(..end)) {
                self.ends_with_connection = hand_on_as_http_1_0(head);
            }
            let is_over = buffer.filled().is_empty() || self.read.len() > MAX_HEAD;
            self.awaits_head = end.is_none() && !is_over;
        }
        Poll::Ready(Ok(()))
    }

    fn drop_interim_heads(&mut self) {
        while let Some(end) = head_end(&self.read)
            && is_interim(status(&self.read))
        {
            self.read.drain(..end);
        }
    }
}

/// Where the body begins: after the first empty line, whose end and whose predecessor's may lack the carriage return (RFC
/// 9112, 2.2).
fn head_end(read: &[u8]) -> Option<usize> {
    let ends = read.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut after = ends.filter_map(|(at, _)| read.get(at + 1..).map(|rest| (at + 1, rest)));
    after.find_map(|(at, rest)| match rest {
        [b'\n', ..] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    })
}

fn status(head: &[u8]) -> &[u8] {
    let is_head = head.starts_with(b"HTTP/");
    head.get(9..12).filter(|_| is_head).unwrap_or_default()
}

/// 101 is none: no HTTP follows it.
fn is_interim(status: &[u8]) -> bool {
    status.starts_with(b"1") && status != b"101"
}

/// Whether the answer ends with its connection; its head says HTTP/1.0 then.
fn hand_on_as_http_1_0(head: &mut [u8]) -> bool {
    // 1xx, 204 and 304 have no body whatever they say.
    let status = status(head);
    let has_body = !status.starts_with(b"1") && status != b"204" && status != b"304";
    let ends_with_connection = has_body && !has_length(head);
    if ends_with_connection && let Some(version) = head.get_mut(..8).filter(|version| *version == b"HTTP/1.1") {
        version.copy_from_slice(b"HTTP/1.0");
    }
    ends_with_connection
}

/// Whether the head tells where the body ends. The encoding `identity` is none.
fn has_length(head: &[u8]) -> bool {
    let lines = head.split(|byte| *byte == b'\n');
    let mut fields = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
    });
    fields.any(|(name, value)| {
        name.eq_ignore_ascii_case(b"content-length")
            || (name.eq_ignore_ascii_case(b"transfer-encoding") && !value.eq_ignore_ascii_case(b"identity"))
    })
}

impl<Io: AsyncRead + Unpin> AsyncRead for CloseDelimited<Io> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_head(context))?;
        if !this.read.is_empty() {
            let length = this.read.len().min(buffer.remaining());
            buffer.put_slice(this.read.get(..length).unwrap_or_default());
            this.read.drain(..length);
            return Poll::Ready(Ok(()));
        }
        match ready!(Pin::new(&mut this.io).poll_read(context, buffer)) {
            // Many end a TLS connection without saying so. What was cut off that way is no JSON.
            Err(error) if this.ends_with_connection && error.kind() == io::ErrorKind::UnexpectedEof => {
                Poll::Ready(Ok(()))
            }
            result => Poll::Ready(result),
        }
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for CloseDelimited<Io> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // A request: its answer has a head of its own.
        this.awaits_head = true;
        this.ends_with_connection = false;
        Pin::new(&mut this.io).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }
}

/// awc asks for this and never calls it.
impl<Io: AsyncRead + AsyncWrite + Unpin> ActixStream for CloseDelimited<Io> {
    fn poll_read_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::READABLE))
    }

    fn poll_write_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::WRITABLE))
    }
}

/// What goes over it holds secrets.
impl<Io> fmt::Debug for CloseDelimited<Io> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CloseDelimited").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(answer: &str, piece: usize) -> String {
        let pieces = answer.as_bytes().chunks(piece);
        let io = pieces.fold(tokio_test_io::Pieces::default(), tokio_test_io::Pieces::then);
        let mut text = String::new();
        CloseDelimited::new(io).read_to_string(&mut text).await.unwrap();
        text
    }

    /// A connection whose bytes come in pieces.
    mod tokio_test_io {
        use std::collections::VecDeque;

        use super::*;

        #[derive(Default)]
        pub(super) struct Pieces(VecDeque<Vec<u8>>);

        impl Pieces {
            pub(super) fn then(mut self, piece: &[u8]) -> Self {
                self.0.push_back(piece.to_vec());
                self
            }
        }

        impl AsyncRead for Pieces {
            fn poll_read(
                mut self: Pin<&mut Self>,
                _: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                if let Some(piece) = self.0.pop_front() {
                    buffer.put_slice(&piece);
                }
                Poll::Ready(Ok(()))
            }
        }
    }

    #[tokio::test]
    async fn only_an_answer_without_a_length_becomes_one_of_http_1_0() {
        for (head, becomes) in [
            ("HTTP/1.1 200 OK\r\nConnection: close", "HTTP/1.0"),
            ("HTTP/1.1 502 Bad Gateway\r\nX-Content-Length: 7", "HTTP/1.0"),
            ("HTTP/1.1 200 OK\r\ncOntent-lenGth: 7", "HTTP/1.1"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "HTTP/1.1"),
            ("HTTP/1.1 204 No Content\r\nConnection: close", "HTTP/1.1"),
            ("HTTP/1.1 304 Not Modified", "HTTP/1.1"),
            ("HTTP/1.1 101 Switching Protocols", "HTTP/1.1"),
            ("HTTP/1.0 200 OK", "HTTP/1.0"),
            ("HTTP/1.1 200 OK\r\nContent-Length-Hint: 9", "HTTP/1.0"),
            ("HTTP/1.1 200 OK\r\nContent-Length : 9", "HTTP/1.1"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Identity", "HTTP/1.0"),
        ] {
            let answer = format!("{head}\r\n\r\n{{\"HTTP/1.1\":\"\r\n\r\n\"}}");
            for piece in [1, 3, 4000] {
                let text = read(&answer, piece).await;
                assert_eq!(text, format!("{becomes}{}", &answer[8..]), "{head}");
            }
        }
    }

    #[tokio::test]
    async fn a_head_ends_at_an_empty_line_however_its_lines_end() {
        for head in ["a: b\n\n", "a: b\r\n\n", "a: b\n\r\n", "a: b\r\n\r\n"] {
            let answer = format!("HTTP/1.1 200 OK\r\n{head}{{}}");
            for piece in [1, 3, 4000] {
                let text = read(&answer, piece).await;
                assert_eq!(text, format!("HTTP/1.0{}", &answer[8..]), "{head:?}");
            }
        }
    }

    #[tokio::test]
    async fn interim_answers_are_left_out() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 33\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n{}";
        for interim in [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\r\nlink: </made-up>\r\n\r\n",
            "HTTP/1.0 199 \r\n\r\n",
        ] {
            for piece in [1, 3, 4000] {
                assert_eq!(read(&format!("{interim}{answer}"), piece).await, answer, "{interim:?}");
            }
        }
        let unfinished = "HTTP/1.1 103 Early Hints\r\n\r\n";
        assert_eq!(
            read(unfinished, 4000).await,
            "",
            "an end after it is the end of the connection"
        );
    }

    #[tokio::test]
    async fn what_is_no_head_is_handed_on_as_it_is() {
        let long = "x".repeat(MAX_HEAD + 2 * READ);
        for answer in ["", "HTTP/1.1 200", "\r\n\r\n", &long] {
            assert_eq!(read(answer, 1000).await, answer);
        }
    }
}
