//! Where calls to the operator's systems may lead.

use std::{
    cell::Cell,
    io::Write,
    net::{SocketAddr, TcpListener},
    rc::Rc,
    time::{Duration, Instant},
};

use fanpass::{
    clients::{
        apps::{AppCall, AppCallError, AppsClient, OwnListeners, RefusedAddress, Resolver},
        wechat::TlsConfig,
    },
    domain::Deadline,
};
use url::Url;

use crate::support::{CannedPlatform, Target, eventually, status};

fn client(listeners: Vec<SocketAddr>, resolver: Resolver) -> AppsClient {
    AppsClient::new(&TlsConfig::with_mozilla_roots().unwrap(), listeners.into(), resolver)
}

/// A resolver that gives these answers, one after the other, and counts the questions.
fn answers(answers: Vec<Vec<SocketAddr>>) -> (Resolver, Rc<Cell<usize>>) {
    let (asked, count) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let counted = Rc::clone(&asked);
    let resolver = Resolver::new(move |_, _| {
        counted.set(counted.get() + 1);
        let answer = answers[count.get().min(answers.len() - 1)].clone();
        count.set(count.get() + 1);
        Box::pin(async move { Ok(answer) })
    });
    (resolver, asked)
}

fn address(target: &Target) -> SocketAddr {
    let url = Url::parse(&target.url).unwrap();
    url.socket_addrs(|| None).unwrap()[0]
}

async fn post(client: &AppsClient, url: &str, is_private: bool) -> Result<u16, AppCallError> {
    let url = Url::parse(url).unwrap();
    let call = AppCall {
        url: &url,
        is_private,
        content_type: "application/json",
        headers: &[],
        body: "{}".into(),
    };
    let response = client.post(&call, Deadline::after(Duration::from_secs(2))).await?;
    Ok(response.status())
}

#[actix_web::test]
async fn a_private_address_is_called_only_where_the_target_says_so() {
    let target = Target::taking();
    let client = client(Vec::new(), Resolver::default());
    assert_eq!(
        post(&client, &target.url, false).await,
        Err(RefusedAddress::Private.into())
    );
    assert!(target.requests().is_empty());
    assert_eq!(post(&client, &target.url, true).await, Ok(204));
    let seen = target.request(|_| true).await;
    assert_eq!(
        (seen.path.as_str(), seen.json(), seen.field("Content").as_str()),
        ("/hook", serde_json::json!({}), "")
    );
    let port = address(&target).port();
    assert_eq!(seen.header("host"), Some(format!("127.0.0.1:{port}").as_str()));
}

#[actix_web::test]
async fn a_name_is_resolved_once_and_that_address_is_connected_to() {
    let target = Target::taking();
    let metadata = "169.254.169.254:80".parse().unwrap();
    // Whoever resolves again, after the judgement, is led elsewhere.
    let (resolver, asked) = answers(vec![vec![address(&target)], vec![metadata]]);
    let client = client(Vec::new(), resolver);
    assert_eq!(post(&client, "http://crm.example/hook", true).await, Ok(204));
    assert_eq!(asked.get(), 1);
    assert_eq!(target.requests()[0].header("host"), Some("crm.example"));
    assert_eq!(
        post(&client, "http://crm.example/hook", true).await,
        Err(RefusedAddress::Never.into())
    );
}

#[actix_web::test]
async fn one_address_that_must_not_be_called_spoils_the_whole_answer() {
    let target = Target::taking();
    for never in [
        "169.254.169.254:80",
        "100.100.100.200:80",
        "[fd00:ec2::254]:80",
        "[::ffff:169.254.169.254]:80",
    ] {
        let (resolver, _) = answers(vec![vec![address(&target), never.parse().unwrap()]]);
        let refused = post(&client(Vec::new(), resolver), "http://crm.example/", true).await;
        assert_eq!(refused, Err(RefusedAddress::Never.into()), "{never}");
    }
    assert!(target.requests().is_empty());
    for written in [
        "http://0xa9fea9fe/",
        "http://2852039166/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://169.254.43518/",
    ] {
        let refused = post(&client(Vec::new(), Resolver::default()), written, true).await;
        assert_eq!(refused, Err(RefusedAddress::Never.into()), "{written}");
    }
}

#[actix_web::test]
async fn our_own_listeners_are_not_called() {
    let target = Target::taking();
    let port = address(&target).port();
    let refused = Err(RefusedAddress::OwnListener.into());
    let exact = client(vec![address(&target)], Resolver::default());
    assert_eq!(post(&exact, &target.url, true).await, refused);
    let everywhere = client(vec![SocketAddr::from(([0, 0, 0, 0], port))], Resolver::default());
    for url in [
        target.url.clone(),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://127.0.0.2:{port}/"),
    ] {
        assert_eq!(post(&everywhere, &url, true).await, refused, "{url}");
    }
    assert!(target.requests().is_empty());
    let listeners: OwnListeners = vec![SocketAddr::from(([127, 0, 0, 1], 1))].into();
    drop(listeners);
}

#[actix_web::test]
async fn no_redirect_is_followed() {
    let elsewhere = Target::taking();
    let url = elsewhere.url.clone();
    let target = Target::start(move |_| {
        format!("HTTP/1.1 307 X\r\nlocation: {url}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    assert_eq!(
        post(&client(Vec::new(), Resolver::default()), &target.url, true).await,
        Ok(307)
    );
    assert!(elsewhere.requests().is_empty());
}

#[actix_web::test]
async fn an_answer_is_read_to_64_kib_and_a_slow_one_to_the_deadline() {
    let client = client(Vec::new(), Resolver::default());
    let read = async |url: &str| {
        let url = Url::parse(url).unwrap();
        let call = AppCall {
            url: &url,
            is_private: true,
            content_type: "application/json",
            headers: &[],
            body: "{}".into(),
        };
        let deadline = Deadline::after(Duration::from_secs(1));
        client
            .post(&call, deadline)
            .await?
            .read(deadline)
            .await
            .map(|body| body.len())
    };
    let answer = |length: usize| {
        Target::start(move |_| {
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
            [head.into_bytes(), vec![b'a'; length]].concat()
        })
    };
    assert_eq!(read(&answer(64 * 1024).url).await, Ok(64 * 1024));
    assert_eq!(read(&answer(64 * 1024 + 1).url).await, Err(AppCallError::TooLong));
    let endless = CannedPlatform::serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(b"1000\r\n").is_ok() && stream.write_all(&[b'a'; 0x1000]).is_ok() {
            let _ = stream.write_all(b"\r\n");
        }
    });
    assert_eq!(read(&endless.url).await, Err(AppCallError::TooLong));
    let slow = CannedPlatform::serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n");
        std::thread::sleep(Duration::from_secs(5));
    });
    let begun = Instant::now();
    assert_eq!(read(&slow.url).await, Err(AppCallError::Late));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[actix_web::test]
async fn the_next_address_of_a_name_is_tried_where_nobody_listens_at_the_first() {
    let target = Target::taking();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (resolver, _) = answers(vec![vec![closed, address(&target)]]);
    assert_eq!(
        post(&client(Vec::new(), resolver), "http://crm.example/", true).await,
        Ok(204)
    );
    let (resolver, _) = answers(vec![vec![closed]]);
    let nobody = post(&client(Vec::new(), resolver), "http://crm.example/", true).await;
    assert!(matches!(nobody, Err(AppCallError::Unreachable(_))), "{nobody:?}");
    let unknown = post(&client(Vec::new(), Resolver::default()), "http://crm.invalid/", true).await;
    assert_eq!(unknown, Err(AppCallError::UnknownHost));
    // What was sent once is not sent to another address.
    let refusing = Target::start(|_| status(500));
    let (resolver, _) = answers(vec![vec![address(&refusing), address(&target)]]);
    assert_eq!(
        post(&client(Vec::new(), resolver), "http://crm.example/", true).await,
        Ok(500)
    );
    eventually("one request", async || target.requests().len() == 1).await;
}
