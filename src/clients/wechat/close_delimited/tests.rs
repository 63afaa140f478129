use tokio::io::AsyncReadExt;

use super::*;

/// What is passed on, and how the connection ends.
async fn read_to_end(response: &str, piece: usize) -> (String, io::Result<()>) {
    let io = response
        .as_bytes()
        .chunks(piece)
        .fold(pieces::Pieces::default(), pieces::Pieces::then);
    let (mut connection, mut bytes, mut buffer) = (CloseDelimited::new(io), Vec::new(), [0; 2 * READ]);
    let end = loop {
        match connection.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
            Err(error) => break Err(error),
        }
    };
    (String::from_utf8(bytes).unwrap(), end)
}

async fn read(response: &str, piece: usize) -> String {
    read_to_end(response, piece).await.0
}

/// A connection whose bytes come in pieces.
mod pieces {
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
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            if let Some(piece) = self.0.pop_front() {
                buffer.put_slice(&piece);
            }
            Poll::Ready(Ok(()))
        }
    }
}

#[tokio::test]
async fn only_a_response_without_a_length_becomes_http_1_0() {
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
        let response = format!("{head}\r\n\r\n{{\"HTTP/1.1\":\"\r\n\r\n\"}}");
        for piece in [1, 3, 4000] {
            let text = read(&response, piece).await;
            assert_eq!(text, format!("{becomes}{}", &response[8..]), "{head}");
        }
    }
}

#[tokio::test]
async fn a_head_ends_at_an_empty_line_however_its_lines_end() {
    for head in ["a: b\n\n", "a: b\r\n\n", "a: b\n\r\n", "a: b\r\n\r\n"] {
        let response = format!("HTTP/1.1 200 OK\r\n{head}{{}}");
        for piece in [1, 3, 4000] {
            let text = read(&response, piece).await;
            assert_eq!(text, format!("HTTP/1.0{}", &response[8..]), "{head:?}");
        }
    }
}

#[tokio::test]
async fn interim_responses_are_left_out() {
    let response = "HTTP/1.1 200 OK\r\ncontent-length: 33\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n{}";
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\r\nlink: </made-up>\r\n\r\n",
        "HTTP/1.0 199 \r\n\r\n",
    ] {
        for piece in [1, 3, 4000] {
            assert_eq!(
                read(&format!("{interim}{response}"), piece).await,
                response,
                "{interim:?}"
            );
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
async fn bytes_without_a_head_are_passed_on_unchanged() {
    let long = "x".repeat(MAX_HEAD + 2 * READ);
    for response in ["", "HTTP/1.1 200", "\r\n\r\n", &long] {
        assert_eq!(read(response, 1000).await, response);
    }
}

#[tokio::test]
async fn a_connection_that_ends_where_no_mark_says_so_is_an_error() {
    for (head, is_marked) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 7", true),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked", true),
        ("HTTP/1.0 200 OK\r\ncontent-length: 7", true),
        ("HTTP/1.1 200 OK\r\nconnection: close", false),
        ("HTTP/1.0 200 OK", false),
    ] {
        let response = format!("{head}\r\n\r\n{{}}");
        for piece in [1, 3, 4000] {
            let (text, end) = read_to_end(&response, piece).await;
            assert!(text.ends_with("{}"), "{text}");
            let kind = end.err().map(|error| error.kind());
            assert_eq!(kind, is_marked.then_some(io::ErrorKind::UnexpectedEof), "{head}");
        }
    }
}
