//! The form of an upload, read piece by piece: one part that is called `media` and has a file name.

use std::io;

use actix_web::{HttpRequest, http::header::CONTENT_TYPE};

use crate::media::{Spool, Spooled};

/// The longest head of a part, in bytes.
const MAX_HEAD: usize = 8 * 1024;

/// The file of a form.
pub struct Part {
    pub name: String,
    pub content_type: String,
    pub content: Spooled,
}

/// A form that is being read. What may be its end is held back.
pub struct Form {
    boundary: String,
    spool: Spool,
    max_length: u64,
    held: Vec<u8>,
    /// File name and content type, once the head was read.
    head: Option<(String, String)>,
    is_faulty: bool,
}

impl Form {
    /// `None` if the request is no form.
    pub fn new(request: &HttpRequest, spool: Spool, max_length: u64) -> Option<Self> {
        let content_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let parameters = content_type.strip_prefix("multipart/form-data")?;
        let (_, boundary) = parameters.split_once("boundary=")?;
        let boundary = boundary.split(';').next()?.trim().trim_matches('"');
        Some(Self {
            boundary: boundary.to_owned(),
            spool,
            max_length,
            held: Vec::new(),
            head: None,
            is_faulty: boundary.is_empty(),
        })
    }

    /// # Errors
    ///
    /// When the disk is full.
    pub fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.is_faulty {
            return Ok(());
        }
        self.held.extend_from_slice(piece);
        if self.head.is_none() {
            self.read_head();
        }
        let end = self.held.len().saturating_sub(self.end().len());
        if self.head.is_some() && end > 0 {
            let content: Vec<u8> = self.held.drain(..end).collect();
            self.spool.write(&content)?;
        }
        Ok(())
    }

    /// Whether the file is longer than it may be.
    pub fn is_too_long(&self) -> bool {
        self.spool.length() > self.max_length
    }

    /// The file; `None` if the form has none, or no end.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    pub fn finish(mut self) -> io::Result<Option<Part>> {
        let end = self.end();
        let short = end.strip_suffix("\r\n").unwrap_or(&end);
        let rest = [end.as_str(), short]
            .iter()
            .find_map(|end| self.held.strip_suffix(end.as_bytes()));
        let (Some((name, content_type)), Some(rest)) = (self.head, rest) else {
            return Ok(None);
        };
        self.spool.write(rest)?;
        Ok((self.spool.length() > 0).then(|| Part {
            name,
            content_type,
            content: self.spool.finish(),
        }))
    }

    fn end(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }

    fn read_head(&mut self) {
        let Some(end) = self.held.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            self.is_faulty = self.held.len() > MAX_HEAD;
            return;
        };
        let head: Vec<u8> = self.held.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        self.head = head
            .strip_prefix(&format!("--{}\r\n", self.boundary))
            .and_then(|head| read(head.trim_end()));
        self.is_faulty = self.head.is_none();
    }
}

/// File name and content type of a part that is called `media`.
fn read(head: &str) -> Option<(String, String)> {
    let (mut name, mut content_type) = (None, String::new());
    for line in head.split("\r\n") {
        let (header, value) = line.split_once(':')?;
        match header.to_ascii_lowercase().as_str() {
            "content-disposition" => {
                let is_media = parameter(value, "name") == Some("media");
                name = is_media
                    .then(|| parameter(value, "filename").map(str::to_owned))
                    .flatten();
            }
            "content-type" => content_type = value.trim().to_owned(),
            _ => {}
        }
    }
    Some((name?, content_type))
}

/// A parameter of `Content-Disposition`, with or without quotes.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.trim_matches('"'))
    })
}
