//! Pushes that the control API and the pages send.

use actix_web::{rt::spawn, web::Data};
use awc::Client;

use crate::{
    fan::Interaction,
    platform::Platform,
    push::{Notice, PushRecord},
    push_sender::{self, NotReady, SendOptions},
};

/// Sends a push to its end, also if whoever asked for it goes away. The account may write to a fan who does something.
///
/// # Errors
///
/// When a setting is missing, or an option is out of its bounds.
pub(super) async fn deliver(
    platform: Data<Platform>,
    client: Data<Client>,
    notice: Notice,
    options: SendOptions,
) -> Result<PushRecord, NotReady> {
    if let Some(interaction) = Interaction::of_push(&notice.name()) {
        let window = interaction.window(platform.clock.now());
        platform.fans.interact(&notice.openid, window);
    }
    let sending = spawn(async move { push_sender::send(&platform, &client, &notice, &options).await });
    sending.await.unwrap_or(Err(NotReady::Stopped))
}
