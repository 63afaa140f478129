//! A browser's connection, with as little work of its own as can be: the load runs on the cores that it measures.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// The headers of WeChat's browser on Android.
const HEADERS: &str = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n\
    Accept-Encoding: gzip, deflate\r\nAccept-Language: zh-CN,zh;q=0.9\r\nConnection: keep-alive\r\n\
    User-Agent: Mozilla/5.0 (Linux; Android 14; 2210132C) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
    Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260097 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600(0x28003133) \
    WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64\r\n";

/// Longer than any response that counts takes.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
    line: String,
}

#[derive(Default)]
pub struct Response {
    pub status: u16,
    pub location: String,
    /// `Set-Cookie`, name and value.
    pub cookies: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::with_capacity(16 * 1024, stream),
            host: address.to_string(),
            line: String::new(),
        })
    }

    pub fn get(&mut self, target: &str, cookies: &str) -> io::Result<Response> {
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\n{HEADERS}{}\r\n",
            self.host,
            cookie_line(cookies)
        ))
    }

    pub fn send_body(&mut self, method: &str, target: &str, content_type: &str, body: &str) -> io::Result<Response> {
        self.send(&format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\n{HEADERS}Content-Type: {content_type}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        ))
    }

    pub fn get_with_key(&mut self, target: &str, key: &str) -> io::Result<Response> {
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\r\n",
            self.host
        ))
    }

    /// `who` is the header that says it. `write` sends the body, which has this length.
    pub fn upload(
        &mut self,
        target: &str,
        who: &str,
        content_type: &str,
        length: usize,
        write: impl FnOnce(&mut TcpStream) -> io::Result<()>,
    ) -> io::Result<Response> {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\n{who}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {length}\r\n\r\n",
            self.host
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        write(self.stream.get_mut())?;
        self.response()
    }

    fn send(&mut self, request: &str) -> io::Result<Response> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.response()
    }

    fn response(&mut self) -> io::Result<Response> {
        let mut response = Response {
            status: self
                .read_line()?
                .get(9..12)
                .and_then(|digits| digits.parse().ok())
                .unwrap_or(0),
            ..Response::default()
        };
        let mut length = 0;
        while let Some((name, value)) = self.read_line()?.split_once(": ") {
            match name {
                "content-length" => length = value.parse().map_err(|_| io::ErrorKind::InvalidData)?,
                "location" => response.location = value.to_owned(),
                "set-cookie" => response.cookies.extend(cookie(value)),
                _ => {}
            }
        }
        response.body.resize(length, 0);
        self.stream.read_exact(&mut response.body)?;
        Ok(response)
    }

    fn read_line(&mut self) -> io::Result<&str> {
        self.line.clear();
        match self.stream.read_line(&mut self.line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(self.line.trim_end()),
        }
    }
}

fn cookie_line(cookies: &str) -> String {
    match cookies {
        "" => String::new(),
        cookies => format!("Cookie: {cookies}\r\n"),
    }
}

fn cookie(value: &str) -> Option<(String, String)> {
    let (name, value) = value.split(';').next()?.split_once('=')?;
    Some((name.to_owned(), value.to_owned()))
}
