//! Asks the gateway for its health and tells when it dies or comes back.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use tracing::{debug, info};

use super::{
    Parameters,
    gateway::Liveness,
    link::{Link, duration},
    metrics::Board,
};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How to probe, with everything that the Link leaves as text already read.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    address: SocketAddr,
    path: String,
    period: Duration,
    timeout: Duration,
    threshold: u32,
}

impl Probe {
    /// Returns `None` when nobody is to be asked, or when the Link's text makes no sense: the real
    /// controller gives up silently, too, and the gateway then counts as never alive.
    pub(super) fn of(link: &Link, parameters: &Parameters) -> Option<Self> {
        let spec = &link.probe_spec;
        if spec.path.is_empty() {
            return None;
        }
        Some(Self {
            address: parameters.probe?.address(),
            path: spec.path.clone(),
            period: duration(&spec.period).map(|period| parameters.probe_period.unwrap_or(period))?,
            timeout: duration(&spec.timeout).unwrap_or(DEFAULT_TIMEOUT),
            threshold: if spec.failure_threshold.is_empty() {
                3
            } else {
                spec.failure_threshold.parse().ok()?
            },
        })
    }

    /// Probes for ever.
    ///
    /// It starts from "not alive", so that a gateway which was never alive is never reported as dead.
    pub(super) async fn run(self, board: Board, changes: mpsc::UnboundedSender<Liveness>) {
        let mut known = Liveness::Dead;
        let mut failures = 0;
        loop {
            sleep(self.period).await;
            let start = Instant::now();
            let good = self.ask().await;
            failures = if good { 0 } else { failures + 1 };
            let now = self.judge(&board, failures, start.elapsed());
            if let Some(now) = now.filter(|now| *now != known) {
                known = now;
                info!(gateway = ?now, "liveness changed");
                // Nobody listens while the exporter cannot be reached.
                changes.send(now).unwrap_or_default();
            }
        }
    }

    /// Returns what this many failures in a row mean; `None` while it is too early to say.
    fn judge(&self, board: &Board, failures: u32, latency: Duration) -> Option<Liveness> {
        if failures == 0 {
            board.write(|metrics| {
                metrics.gateway_alive = Some(true);
                metrics.gateway_latency = Some(latency);
                metrics.good_probes += 1;
            });
            return Some(Liveness::Alive);
        }
        if failures < self.threshold {
            return None;
        }
        board.write(|metrics| {
            metrics.gateway_alive = Some(false);
            metrics.bad_probes += 1;
        });
        Some(Liveness::Dead)
    }

    async fn ask(&self) -> bool {
        match timeout(self.timeout, self.status_line()).await {
            Ok(Ok(line)) => line.split(' ').nth(1) == Some("200"),
            Ok(Err(error)) => {
                debug!(%error, "probe failed");
                false
            }
            Err(_) => false,
        }
    }

    async fn status_line(&self) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!("GET {} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n", self.path);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(64).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(period: &str, threshold: &str) -> Link {
        let probe = serde_json::json!({"path": "/ready", "port": "4191", "period": period,
                                       "failureThreshold": threshold});
        serde_json::from_value(serde_json::json!({"probeSpec": probe})).unwrap()
    }

    fn parameters() -> Parameters {
        let address: SocketAddr = "127.0.0.1:1".parse().unwrap();
        Parameters { probe: Some(address.try_into().unwrap()), ..Parameters::for_link("infra") }
    }

    #[test]
    fn a_link_that_cannot_be_read_is_not_probed() {
        assert!(Probe::of(&link("3s", "3"), &parameters()).is_some());
        assert!(Probe::of(&link("3s", ""), &parameters()).is_some());
        assert!(Probe::of(&link("3", "3"), &parameters()).is_none());
        assert!(Probe::of(&link("3s", "three"), &parameters()).is_none());
        assert!(Probe::of(&link("3s", "3"), &Parameters::for_link("infra")).is_none());
    }

    #[test]
    fn failures_count_from_the_threshold_on() {
        let probe = Probe::of(&link("3s", "3"), &parameters()).unwrap();
        let board = Board::default();
        let judged: Vec<_> = (1..=4).map(|failures| probe.judge(&board, failures, Duration::ZERO)).collect();
        assert_eq!(judged, [None, None, Some(Liveness::Dead), Some(Liveness::Dead)]);
        assert_eq!(board.read().bad_probes, 2);
        assert_eq!(board.read().gateway_alive, Some(false));
    }
}
