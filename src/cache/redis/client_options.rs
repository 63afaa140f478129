use deadpool_redis::redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo, RedisResult, TlsCertificates,
};
use secrecy::ExposeSecret;

use crate::settings::RedisLogin;

/// The options that all clients of a deployment share: everything except host and port.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    login: RedisLogin,
    database: u32,
    tls: Option<TlsCertificates>,
}

impl ClientOptions {
    /// Options with this login. With TLS if there are certificates.
    pub fn new(login: RedisLogin, database: u32, tls: Option<TlsCertificates>) -> Self {
        Self { login, database, tls }
    }

    /// A client of one server. Makes no connection yet.
    pub fn client(&self, host: &str, port: u16) -> RedisResult<Client> {
        match &self.tls {
            Some(certificates) => Client::build_with_tls(self.info(host, port)?, certificates.clone()),
            None => Client::open(self.info(host, port)?),
        }
    }

    /// The connection info of one server.
    pub fn info(&self, host: &str, port: u16) -> RedisResult<ConnectionInfo> {
        let mut options = RedisConnectionInfo::default().set_db(self.database.into());
        if let Some(username) = &self.login.username {
            options = options.set_username(username);
        }
        if let Some(password) = &self.login.password {
            options = options.set_password(password.expose_secret());
        }
        let host = host.to_owned();
        let endpoint = match self.tls {
            Some(_) => ConnectionAddr::TcpTls {
                host,
                port,
                insecure: false,
                tls_params: None,
            },
            None => ConnectionAddr::Tcp(host, port),
        };
        Ok(endpoint.into_connection_info()?.set_redis_settings(options))
    }
}
