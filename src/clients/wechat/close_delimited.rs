mod response_head;

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_rt::net::{ActixStream, Ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::response_head::{head_end, is_interim, pass_on_as_http_1_0, status};

/// Bytes that are read at once while the head of a response is awaited.
const READ: usize = 4096;

/// Longest head that is looked at, in bytes; awc refuses one that is longer than twice this.
const MAX_HEAD: usize = 64 * 1024;

/// A connection for awc. Some responses awc reads differently than HTTP/1.1 says, so this changes them:
///
/// - An interim response (1xx) is left out. awc would take it for the whole response, but the final one follows it
///   (RFC 9110, 15.2).
/// - A response without a length ends with the connection (RFC 9112, 6.3). awc would take it for one without a body, but
///   reads it correctly in HTTP/1.0. So its head is passed on as HTTP/1.0.
/// - A connection that ends before the marked end of the body is an error. awc would take the part for the whole.
pub(super) struct CloseDelimited<Io> {
    io: Io,
    /// What was read and not yet passed on.
    read: Vec<u8>,
    awaits_head: bool,
    /// Whether the end of the connection is the end of the body.
    ends_with_connection: bool,
    /// Whether the end of the body is marked, by a length or a last chunk.
    ends_with_mark: bool,
}

impl<Io> CloseDelimited<Io> {
    pub(super) const fn new(io: Io) -> Self {
        Self {
            io,
            read: Vec::new(),
            awaits_head: true,
            ends_with_connection: false,
            ends_with_mark: false,
        }
    }
}

impl<Io: AsyncRead + Unpin> CloseDelimited<Io> {
    /// Reads the complete head of the final response, and what came with it.
    fn poll_head(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.awaits_head {
            let mut bytes = [0; READ];
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.io).poll_read(context, &mut buffer))?;
            self.read.extend_from_slice(buffer.filled());
            self.drop_interim_heads();
            let end = head_end(&self.read);
            if let Some(head) = end.and_then(|end| self.read.get_mut(..end)) {
                self.ends_with_connection = pass_on_as_http_1_0(head);
                self.ends_with_mark = !self.ends_with_connection;
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
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        match ready!(Pin::new(&mut this.io).poll_read(context, buffer)) {
            // awc reads no further than to the mark.
            Ok(()) if this.ends_with_mark && room > 0 && buffer.filled().len() == before => {
                Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()))
            }
            // Many servers end a TLS connection without `close_notify`. A body that was cut off is no valid JSON.
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
        // A new request: its response begins with a head.
        this.awaits_head = true;
        this.ends_with_connection = false;
        this.ends_with_mark = false;
        Pin::new(&mut this.io).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }
}

/// awc requires this trait and never calls it.
impl<Io: AsyncRead + AsyncWrite + Unpin> ActixStream for CloseDelimited<Io> {
    fn poll_read_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::READABLE))
    }

    fn poll_write_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::WRITABLE))
    }
}

/// Shows nothing of what is sent: it holds secrets.
impl<Io> fmt::Debug for CloseDelimited<Io> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CloseDelimited").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
