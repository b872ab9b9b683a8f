//! Polling with a deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(40);

/// Waits until the answer is yes.
pub(crate) async fn until(
    what: &str,
    patience: Duration,
    ask: impl AsyncFnMut() -> Result<bool, String>,
) -> Result<(), String> {
    let mut ask = ask;
    until_some(what, patience, async || Ok(ask().await?.then_some(()))).await
}

/// Waits until there is an answer.
pub(crate) async fn until_some<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > end {
            return Err(format!("waited in vain for {what}"));
        }
        sleep(PAUSE).await;
    }
}
