//! The platform's calls.

use std::{net::SocketAddr, time::Duration};

use actix_web::{error::ErrorBadGateway, web::Bytes};
use serde::{Deserialize, de::DeserializeOwned};

/// Idle connections are dropped before the sandbox drops them, as fanpass does.
const IDLE: Duration = Duration::from_secs(10);

pub struct Platform {
    http: awc::Client,
    exchange: String,
    userinfo: String,
    base: String,
}

#[derive(Deserialize)]
pub struct Grant {
    pub access_token: String,
    pub openid: String,
}

#[derive(Deserialize)]
pub struct Profile {
    pub openid: String,
    pub nickname: String,
    pub headimgurl: String,
}

impl Platform {
    pub fn new(sandbox: SocketAddr, app_id: &str, app_secret: &str) -> Self {
        Self {
            http: awc::Client::builder()
                .connector(awc::Connector::new().conn_keep_alive(IDLE))
                .disable_redirects()
                .finish(),
            exchange: format!(
                "http://{sandbox}/sns/oauth2/access_token?appid={app_id}&secret={app_secret}\
                 &grant_type=authorization_code&code="
            ),
            userinfo: format!("http://{sandbox}/sns/userinfo?lang=zh_CN&access_token="),
            base: format!("http://{sandbox}"),
        }
    }

    pub async fn exchange(&self, code: &str) -> actix_web::Result<Grant> {
        self.call(&format!("{}{code}", self.exchange)).await
    }

    pub async fn userinfo(&self, grant: &Grant) -> actix_web::Result<Profile> {
        let Grant { access_token, openid } = grant;
        self.call(&format!("{}{access_token}&openid={openid}", self.userinfo))
            .await
    }

    /// On a connection of its own, as fanpass does.
    pub async fn pass_on(&self, path: &str, query: &str) -> actix_web::Result<Bytes> {
        let request = self.http.get(format!("{}/{path}?{query}", self.base)).force_close();
        let sent = request.send().await;
        let mut response = sent.map_err(|error| ErrorBadGateway(error.to_string()))?;
        response.body().await.map_err(ErrorBadGateway)
    }

    async fn call<T: DeserializeOwned>(&self, url: &str) -> actix_web::Result<T> {
        let sent = self.http.get(url).send().await;
        let mut response = sent.map_err(|error| ErrorBadGateway(error.to_string()))?;
        let body = response.body().await.map_err(ErrorBadGateway)?;
        serde_json::from_slice(&body).map_err(ErrorBadGateway)
    }
}
