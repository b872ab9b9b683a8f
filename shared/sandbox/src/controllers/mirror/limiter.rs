//! The client-side rate limit that paces the real controller.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use super::Rate;

/// Lets requests through at a steady rate after a first burst.
#[derive(Debug)]
pub(super) struct Limiter {
    interval: Duration,
    slack: Duration,
    // When the bucket would be full again; guarded, since repairs and events ask in turn.
    full_at: Mutex<Option<Instant>>,
}

impl Limiter {
    pub(super) fn new(rate: Rate) -> Self {
        let interval = Duration::from_secs(1) / rate.per_second.max(1);
        Self { interval, slack: interval * (rate.burst.max(1) - 1), full_at: Mutex::new(None) }
    }

    /// Waits until one more request may be sent.
    pub(super) async fn take(&self) {
        let mut full_at = self.full_at.lock().await;
        let now = Instant::now();
        let start = full_at.map_or(now, |at| at.max(now));
        *full_at = Some(start + self.interval);
        drop(full_at);
        sleep(start.saturating_duration_since(now).saturating_sub(self.slack)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_is_free_and_the_rest_is_paced() {
        let limiter = Limiter::new(Rate { per_second: 100, burst: 5 });
        let start = Instant::now();
        for _ in 0..5 {
            limiter.take().await;
        }
        let burst = start.elapsed();
        for _ in 0..10 {
            limiter.take().await;
        }
        assert!(burst < Duration::from_millis(50), "{burst:?}");
        assert!(start.elapsed() >= Duration::from_millis(95), "{:?}", start.elapsed());
    }
}
