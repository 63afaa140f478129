//! What happens in the background, waited for.

use std::time::Duration;

/// How often a condition is tried. With the pause it makes 15 seconds, which a busy machine may need.
const TRIES: usize = 750;
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until a condition holds that nothing else announces.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    eventually_some(what, async || holds().await.then_some(())).await;
}

/// Waits until there is a value.
pub async fn eventually_some<T>(what: &str, mut find: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..TRIES {
        if let Some(found) = find().await {
            return found;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("waited in vain: {what}");
}
