//! Pushes while the database is away.

use std::time::{Duration, Instant};

use super::{plain, with_rules};
use crate::support::eventually;

#[actix_web::test]
async fn what_cannot_be_written_down_is_left_to_the_platform_s_next_try() {
    let (_folder, builder) = with_rules(plain(), "[[reply]]\non = \"default\"\ntext = \"taken\"\n");
    let app = builder.start().await;
    app.execute("DROP TABLE push_receipts").await;
    let erasure = app
        .push_change("user_authorization_cancellation", "oFan", "")
        .send()
        .await;
    assert_eq!(
        (erasure.page.status, erasure.page.text().as_str()),
        (503, "Service Unavailable")
    );
    // Nothing has to be written down for a reply.
    assert_eq!(app.push_text("oFan", "hi", 1).send().await.text(), "taken");
}

/// The platform hangs up after five seconds.
#[actix_web::test]
async fn a_database_that_hangs_does_not_keep_the_platform_waiting() {
    let (_folder, builder) = with_rules(plain(), "[[reply]]\non = \"default\"\ntext = \"taken\"\n");
    let app = builder.start().await;
    let fan = app.platform.fan("小明").await;
    app.registered(&fan).await;
    let locked = app.lock("push_receipts").await;
    let begun = Instant::now();
    let closing = app.push_change("user_authorization_cancellation", &fan, "");
    let (erasure, text) = (closing.send(), app.push_text("oFan", "hi", 1));
    let (erasure, reply) = futures_util::join!(erasure, text.send());
    assert_eq!(erasure.page.status, 503);
    assert_eq!(reply.text(), "taken");
    // Less than four seconds, and a busy machine. Whoever waits for the database waits for ever here.
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    drop(locked);
    // The next try, or the first one whose transaction went on, erases; only once.
    eventually("the platform's next try is taken", async || {
        closing.send().await.is_success()
    })
    .await;
    assert_eq!(app.rows(Some(&fan)).await, 0);
}
