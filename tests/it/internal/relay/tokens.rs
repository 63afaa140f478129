//! A refused token: one repetition where the body is at hand, and never another.

use super::{
    RecordingPlatform, SHOP_KEY, USER_INFO, app_on, document, get, platform::json_answer, problem, read, request,
};

const PATH: &str = "/cgi-bin/user/info";

fn refused(errcode: i64) -> String {
    format!(r#"{{"errcode":{errcode},"errmsg":"invalid credential rid: 0badc0de"}}"#)
}

fn token_of(line: &str) -> &str {
    let after = line.split_once("access_token=").unwrap().1;
    after.split(['&', ' ']).next().unwrap()
}

#[actix_web::test]
async fn a_call_whose_token_was_refused_once_is_made_again_with_another_and_the_same_body() {
    for errcode in [40001, 40014, 42001] {
        let platform = RecordingPlatform::start(move |_, before| match before {
            0 => json_answer(&refused(errcode)),
            _ => json_answer(r#"{"errcode":0,"errmsg":"ok"}"#),
        });
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let body = vec![b'x'; 1 << 20];
        let answer = read(request(&app, "POST", USER_INFO).send_body(body.clone())).await;
        assert_eq!(answer.body, br#"{"errcode":0,"errmsg":"ok"}"#);
        let calls = platform.calls(PATH);
        assert_eq!(calls.len(), 2, "{errcode}");
        assert!(calls.iter().all(|call| call.body == body && call.is_whole));
        assert_ne!(token_of(&calls[0].line), token_of(&calls[1].line));
    }
}

#[actix_web::test]
async fn a_platform_that_refuses_for_ever_is_asked_exactly_twice_and_its_answer_passes_unchanged() {
    let platform = RecordingPlatform::start(|_, _| json_answer(&refused(40001)));
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let page = get(&app, USER_INFO, SHOP_KEY).await;
    assert_eq!((page.status, page.text()), (200, refused(40001)));
    assert_eq!(platform.calls(PATH).len(), 2);
}

#[actix_web::test]
async fn a_body_of_more_than_one_mib_is_not_sent_again() {
    let platform = RecordingPlatform::start(|_, _| json_answer(&refused(40001)));
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let answer = read(request(&app, "POST", USER_INFO).send_body(vec![b'x'; (1 << 20) + 1])).await;
    assert_eq!((answer.status, answer.body), (200, refused(40001).into_bytes()));
    let calls = platform.calls(PATH);
    assert_eq!(calls.len(), 1);
    assert!(calls[0].is_whole && calls[0].body.len() == (1 << 20) + 1);
}

#[actix_web::test]
async fn other_errors_pass_unchanged_and_nothing_is_repeated() {
    for body in [
        refused(-1),
        refused(45009),
        refused(48001),
        "{\"errcode\":40001".to_owned(),
        "[{\"errcode\":40001}]".to_owned(),
        "errcode 40001".to_owned(),
    ] {
        let answer = json_answer(&body);
        let platform = RecordingPlatform::start(move |_, _| answer.clone());
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let page = get(&app, USER_INFO, SHOP_KEY).await;
        assert_eq!((page.status, page.text()), (200, body.clone()));
        assert_eq!(platform.calls(PATH).len(), 1, "{body}");
    }
}

#[actix_web::test]
async fn after_a_lost_answer_a_call_is_never_made_again() {
    for cut in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"errcode\":40001",
    ] {
        let platform = RecordingPlatform::start(move |_, _| cut.to_vec());
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let page = get(&app, USER_INFO, SHOP_KEY).await;
        assert_eq!(
            (page.status, problem(&page).as_str()),
            (502, "platform-fault"),
            "{cut:?}"
        );
        assert_eq!(document(&page)["errcode"], -502);
        assert_eq!(platform.calls(PATH).len(), 1, "{cut:?}");
    }
}

#[actix_web::test]
async fn calls_at_once_with_a_token_that_ended_are_all_made_again_with_another() {
    let platform = RecordingPlatform::start(|call, _| {
        let is_old =
            call.line.contains("access_token=account-token-1&") || call.line.contains("access_token=account-token-1 ");
        std::thread::sleep(std::time::Duration::from_millis(50));
        json_answer(&if is_old {
            refused(40001)
        } else {
            r#"{"errcode":0,"errmsg":"ok"}"#.to_owned()
        })
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let pages = futures_util::future::join_all((0..40).map(|_| get(&app, USER_INFO, SHOP_KEY))).await;
    let failed = pages.iter().filter(|page| document(page)["errcode"] != 0).count();
    let fetched = platform.calls("/cgi-bin/stable_token").len();
    assert_eq!((failed, fetched), (0, 2), "of 40");
}

#[actix_web::test]
async fn a_ticket_with_little_time_left_is_not_fetched_for_each_request() {
    let ticket = r#"{"errcode":0,"errmsg":"ok","ticket":"made-up-ticket","expires_in":200}"#;
    let platform = RecordingPlatform::start(move |_, _| json_answer(ticket));
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    for _ in 0..20 {
        let page = get(&app, "/internal/jsapi-ticket", super::OPS_KEY).await;
        assert_eq!(page.status, 200, "{}", page.text());
    }
    let calls = platform.calls("/cgi-bin/ticket/getticket").len();
    assert!(calls <= 2, "{calls} calls for 20 requests");
}

#[actix_web::test]
async fn a_post_without_a_body_waits_no_longer_than_a_get() {
    let platform = RecordingPlatform::serving(|_, reader| {
        std::thread::sleep(std::time::Duration::from_secs(8));
        drop(reader);
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let waited = async |method: &str, body: &'static str| {
        let begun = std::time::Instant::now();
        let page = read(request(&app, method, USER_INFO).send_body(body)).await;
        assert_eq!(page.status, 504);
        begun.elapsed()
    };
    let (get, post) = (waited("GET", "").await, waited("POST", "").await);
    assert!(post < get * 3, "{get:?} and {post:?}");
}
