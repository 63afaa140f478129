//! The account's server, as a test wants it.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode, web};
use sha1::{Digest, Sha1};
use url::form_urlencoded;

/// What the server answers.
#[derive(Clone, Copy)]
pub enum Answer {
    /// A text reply to whom the push came from, in clear.
    Echo,
    /// A card, and a text with a link.
    News,
    Link,
    /// No answer.
    Nothing,
    Body(u16, &'static str),
    /// The `echostr` with this behind it.
    Echostr(&'static str),
}

/// A request that arrived.
#[derive(Clone)]
pub struct Arrived {
    pub method: String,
    query: String,
    pub body: String,
}

impl Arrived {
    pub fn parameter(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map_or_else(String::new, |(_, value)| value.into_owned())
    }

    pub fn is_signed(&self, token: &str) -> bool {
        let mut parts = [token.to_owned(), self.parameter("timestamp"), self.parameter("nonce")];
        parts.sort();
        hex::encode(Sha1::digest(parts.concat())) == self.parameter("signature")
    }
}

struct State {
    answer: Mutex<Answer>,
    arrived: Mutex<Vec<Arrived>>,
}

pub struct AccountServer {
    pub url: String,
    state: Arc<State>,
    handle: ServerHandle,
}

impl AccountServer {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/wechat/push?of=test", listener.local_addr().unwrap());
        let state = Arc::new(State {
            answer: Mutex::new(answer),
            arrived: Mutex::default(),
        });
        let data = web::Data::from(Arc::clone(&state));
        let app = move || App::new().app_data(data.clone()).default_service(web::to(arrive));
        let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(0);
        let server = server.listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, state, handle }
    }

    pub fn answer(&self, answer: Answer) {
        *self.state.answer.lock().unwrap() = answer;
    }

    pub fn all(&self) -> Vec<Arrived> {
        self.state.arrived.lock().unwrap().clone()
    }

    pub fn last(&self) -> Arrived {
        self.all().pop().expect("a request")
    }
}

impl Drop for AccountServer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn arrive(request: HttpRequest, body: String, state: web::Data<State>) -> HttpResponse {
    let arrived = Arrived {
        method: request.method().to_string(),
        query: request.query_string().to_owned(),
        body,
    };
    state.arrived.lock().unwrap().push(arrived.clone());
    let answer = *state.answer.lock().unwrap();
    match answer {
        Answer::Echo => HttpResponse::Ok().body(reply(&arrived, &text_reply("echo"))),
        Answer::News => HttpResponse::Ok().body(reply(&arrived, NEWS)),
        Answer::Link => HttpResponse::Ok().body(reply(&arrived, &text_reply(LINK))),
        Answer::Nothing => std::future::pending().await,
        Answer::Body(status, body) => HttpResponse::build(StatusCode::from_u16(status).unwrap()).body(body),
        Answer::Echostr(more) => HttpResponse::Ok().body(format!("{}{more}", arrived.parameter("echostr"))),
    }
}

const LINK: &str = "看<a href=\"https://www.example.com/me\">我的</a>";
const NEWS: &str = "<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item><Title>欢迎</Title>\
                    <Description>D</Description><PicUrl></PicUrl><Url>https://www.example.com/news</Url></item></Articles>";

fn text_reply(text: &str) -> String {
    format!("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>")
}

fn reply(arrived: &Arrived, content: &str) -> String {
    let (_, rest) = arrived.body.split_once("<ToUserName><![CDATA[").unwrap_or_default();
    let (account, _) = rest.split_once("]]>").unwrap_or_default();
    format!(
        "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>\
         <CreateTime>1</CreateTime>{content}</xml>",
        arrived.parameter("openid")
    )
}
