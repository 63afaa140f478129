//! A sandbox on a free port, and a plain client for it.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::{Method, StatusCode, header::HeaderMap};
use fanpass_sandbox::{PushConfig, Sandbox, SandboxConfig};
use serde_json::{Value, json};
use url::form_urlencoded;

pub const APP_ID: &str = "wx0123456789abcdef";
pub const APP_SECRET: &str = "0badc0de0badc0de0badc0de0badc0de";
pub const CALLBACK: &str = "https://www.example.com/wechat/callback";

pub struct TestSandbox {
    pub url: String,
    handle: ServerHandle,
    client: awc::Client,
}

pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn errcode(&self) -> i64 {
        self.json()["errcode"].as_i64().unwrap_or(0)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a printable header"))
    }

    /// A parameter of the URL that the response redirects to.
    pub fn location_parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.header("location")?.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap().to_owned()
    }
}

impl TestSandbox {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = SandboxConfig {
            app_id: APP_ID.into(),
            app_secret: APP_SECRET.into(),
            callback_hosts: vec!["www.example.com".into()],
            workers: 1,
            public_url: None,
            push: PushConfig::default(),
        };
        let sandbox = Sandbox::start(config, listener).unwrap();
        let (url, handle) = (
            sandbox.url().as_str().trim_end_matches('/').to_owned(),
            sandbox.handle(),
        );
        actix_web::rt::spawn(sandbox.run());
        let client = awc::Client::builder()
            .disable_redirects()
            .timeout(Duration::from_secs(5))
            .finish();
        Self { url, handle, client }
    }

    pub fn request(&self, method: Method, path: &str) -> awc::ClientRequest {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Response {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn get_as(&self, path: &str, cookie: &str) -> Response {
        read(
            self.request(Method::GET, path)
                .insert_header(("cookie", cookie))
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Response {
        read(self.request(Method::POST, path).send_form(&form).await.unwrap()).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> Response {
        read(
            self.request(method, &format!("/sandbox/{path}"))
                .send_json(&body)
                .await
                .unwrap(),
        )
        .await
    }

    pub async fn fault(&self, endpoint: &str, fault: Value) {
        let set = self.control(Method::PUT, &format!("faults/{endpoint}"), fault).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    }

    pub async fn advance(&self, seconds: u32) {
        self.control(Method::POST, "clock", json!({ "advance_seconds": seconds }))
            .await;
    }

    /// A new fan, with a unionid.
    pub async fn fan(&self, nickname: &str) -> Value {
        self.control(Method::POST, "fans", json!({ "nickname": nickname, "unionid": true }))
            .await
            .json()
    }

    pub async fn code(&self, fan: &Value, scope: &str) -> String {
        let minted = self
            .control(Method::POST, "codes", json!({ "fan": fan["openid"], "scope": scope }))
            .await;
        minted.json()["code"].as_str().unwrap().to_owned()
    }

    pub async fn exchange(&self, code: &str) -> Response {
        self.get(&exchange_path(APP_ID, APP_SECRET, code)).await
    }

    /// The tokens for a new code of this fan.
    pub async fn tokens(&self, fan: &Value, scope: &str) -> Value {
        let code = self.code(fan, scope).await;
        self.exchange(&code).await.json()
    }

    pub async fn refresh(&self, tokens: &Value) -> Response {
        let token = text(tokens, "refresh_token");
        self.get(&format!(
            "/sns/oauth2/refresh_token?appid={APP_ID}&grant_type=refresh_token&refresh_token={token}"
        ))
        .await
    }

    pub async fn userinfo(&self, tokens: &Value) -> Response {
        self.get(&token_path("/sns/userinfo", tokens)).await
    }

    pub async fn auth(&self, tokens: &Value) -> Response {
        self.get(&token_path("/sns/auth", tokens)).await
    }
}

impl Drop for TestSandbox {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

pub async fn read<S>(mut response: awc::ClientResponse<S>) -> Response
where
    S: futures_util::Stream<Item = Result<actix_web::web::Bytes, awc::error::PayloadError>> + Unpin,
{
    let body = response.body().limit(64 << 20).await.unwrap().to_vec();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Response {
        status: response.status(),
        headers,
        body,
    }
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

pub fn exchange_path(app_id: &str, secret: &str, code: &str) -> String {
    format!("/sns/oauth2/access_token?appid={app_id}&secret={secret}&code={code}&grant_type=authorization_code")
}

pub fn token_path(path: &str, tokens: &Value) -> String {
    format!(
        "{path}?access_token={}&openid={}",
        text(tokens, "access_token"),
        text(tokens, "openid")
    )
}

/// The authorize link as the documentation gives it, with more parameters at its end.
pub fn link(scope: &str, more: &str) -> String {
    let redirect: String = form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect();
    format!(
        "/connect/oauth2/authorize?appid={APP_ID}&redirect_uri={redirect}&response_type=code&scope={scope}&state=abc123{more}"
    )
}

/// The account's token.
pub async fn stable_token(sandbox: &TestSandbox) -> String {
    let body = json!({"grant_type":"client_credential","appid":APP_ID,"secret":APP_SECRET,"force_refresh":false});
    let request = sandbox.request(Method::POST, "/cgi-bin/stable_token");
    let response = read(request.send_json(&body).await.unwrap()).await;
    text(&response.json(), "access_token").to_owned()
}

/// A call of the account with a JSON body.
pub async fn post(sandbox: &TestSandbox, path: &str, token: &str, body: Value) -> Response {
    let request = sandbox.request(Method::POST, &format!("/cgi-bin/{path}?access_token={token}"));
    read(request.send_json(&body).await.unwrap()).await
}
