//! Pushes while the database is away.

use super::{plain, with_rules};

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
