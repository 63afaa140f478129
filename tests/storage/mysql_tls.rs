//! MySQL under TLS: the client library knows other words for it than the URL has.

use std::path::Path;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use fanpass::{
    repositories::{AnyConnection, Database, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{certificates::certificates, database_settings, private_mysql::PrivateMysql};

#[derive(QueryableByName)]
struct Status {
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

fn server(certified: &str) -> Option<PrivateMysql> {
    let mut server = PrivateMysql::with_certificate("a MariaDB under TLS", certified)?;
    server.start();
    Some(server)
}

/// The cipher of a connection; empty if it is in the clear.
async fn cipher(server: &PrivateMysql, parameters: &str) -> Result<String, RepositoryError> {
    let url = DatabaseUrl::new(format!("{}{parameters}", server.url()));
    let database = Database::open(&database_settings(1), &url).unwrap();
    let query = |connection: &mut AnyConnection| {
        let AnyConnection::Mysql(connection) = connection else {
            return Ok("not MySQL".to_owned());
        };
        Ok(sql_query("SHOW STATUS LIKE 'Ssl_cipher'")
            .get_result::<Status>(connection)?
            .value)
    };
    database.run(query).await
}

fn verified_by(authority: &Path) -> String {
    format!("?ssl_mode=verify_identity&ssl_ca={}", authority.display())
}

#[tokio::test]
async fn a_verified_connection_is_encrypted_and_so_is_a_required_one() {
    let Some(server) = server("IP:127.0.0.1") else {
        return;
    };
    let verified = verified_by(&server.folder().join("authority.pem"));
    for parameters in [verified.as_str(), "?ssl_mode=required"] {
        assert!(!cipher(&server, parameters).await.unwrap().is_empty(), "{parameters}");
    }
    for parameters in ["", "?ssl_mode=disabled"] {
        assert_eq!(cipher(&server, parameters).await.unwrap(), "", "{parameters}");
    }
}

#[tokio::test]
async fn a_certificate_that_another_authority_signed_is_refused() {
    let Some(server) = server("IP:127.0.0.1") else {
        return;
    };
    let other = tempfile::tempdir().unwrap();
    certificates(other.path(), "IP:127.0.0.1");
    for parameters in [
        verified_by(&other.path().join("authority.pem")),
        "?ssl_mode=verify_identity".to_owned(),
    ] {
        let refused = format!("{:?}", cipher(&server, &parameters).await.unwrap_err());
        assert!(
            refused.contains("certificate") || refused.contains("TLS/SSL"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let Some(server) = server("DNS:db.example") else {
        return;
    };
    let verified = verified_by(&server.folder().join("authority.pem"));
    let refused = format!("{:?}", cipher(&server, &verified).await.unwrap_err());
    assert!(
        refused.contains("TLS/SSL") || refused.contains("certificate"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let Some(mut server) = PrivateMysql::new("a MariaDB without TLS") else {
        return;
    };
    server.start();
    assert_eq!(cipher(&server, "").await.unwrap(), "");
    for parameters in ["?ssl_mode=required", "?ssl_mode=verify_identity"] {
        let refused = format!("{:?}", cipher(&server, parameters).await.unwrap_err());
        assert!(refused.contains("TLS") || refused.contains("SSL"), "{refused}");
    }
}
