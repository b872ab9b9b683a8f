//! What a caller may choose; the defaults are those of the real controller.

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;
use tokio::sync::Notify;

/// Which Link to serve, and how.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Name of the Link; mirrors are named after its `targetClusterName`, which may differ.
    pub link: String,
    /// Namespace of the Link, its credentials and its probe Endpoints.
    pub namespace: String,
    /// How often a failed event is tried again before it is given up.
    pub requeue_limit: u32,
    /// Pause before the first of these tries; it doubles from try to try.
    pub requeue_pause: Duration,
    /// Time between two repairs of all mirror Endpoints.
    pub refresh: Duration,
    /// Time after which every exported Service is looked at again.
    pub resync: Duration,
    /// Time between two attempts to reach the exporter; each one reads the Secret anew.
    pub retry: Duration,
    /// Requests to the importer's API, those for the Link's status excepted.
    pub rate: Rate,
    /// Requests for the Link's status.
    pub status_rate: Rate,
    /// What to do when the importer lacks the namespace of an exported Service.
    pub namespaces: NamespaceCreation,
    /// What to do with exported Services that have no address of their own.
    pub headless: HeadlessServices,
    /// Where the gateway's health is asked, in place of its address in the Link; `None` asks nobody.
    pub probe: Option<Loopback>,
    /// Time between two probes; `None` takes it from the Link.
    pub probe_period: Option<Duration>,
    /// Host names that a `gatewayAddress` may hold; every other name cannot be resolved.
    pub names: BTreeMap<String, Vec<IpAddr>>,
    /// Asks for a look at every exported Service before its time; see [`super::MirrorController::look_again`].
    pub again: Arc<Notify>,
}

impl Parameters {
    /// Returns the defaults for the Link of this name in `linkerd-multicluster`, without a probe.
    pub fn for_link(link: impl Into<String>) -> Self {
        let rate = Rate { per_second: 5, burst: 10 };
        Self {
            link: link.into(),
            namespace: "linkerd-multicluster".into(),
            requeue_limit: 3,
            requeue_pause: Duration::from_millis(5),
            refresh: Duration::from_secs(60),
            resync: Duration::from_secs(600),
            retry: Duration::from_secs(10),
            rate,
            status_rate: rate,
            namespaces: NamespaceCreation::Off,
            headless: HeadlessServices::Disabled,
            probe: None,
            probe_period: None,
            names: BTreeMap::new(),
            again: Arc::default(),
        }
    }

    /// Returns the defaults for a local service mirror, which has no Link.
    pub fn local() -> Self {
        Self::for_link("local")
    }

    pub(super) fn probe_service(&self) -> String {
        format!("probe-{}", self.link)
    }
}

/// A client-side limit: so many requests a second after a first burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second once the burst is used up; 0 counts as 1.
    pub per_second: u32,
    /// Requests that an idle client may send at once; 0 counts as 1.
    pub burst: u32,
}

/// Whether missing namespaces are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamespaceCreation {
    /// A Service whose namespace is missing is skipped, with an Event in the exporter.
    Off,
    /// The namespace is created and never removed.
    On,
}

/// Whether headless Services stay headless on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HeadlessServices {
    /// They are mirrored as if they had an address.
    #[default]
    Disabled,
    /// Each pod with a host name gets a mirror of its own, and a headless mirror leads to these.
    Enabled,
}

/// A socket address of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loopback(SocketAddr);

impl Loopback {
    pub(super) fn address(self) -> SocketAddr {
        self.0
    }
}

/// A probe address that is not on this machine's loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoopback(SocketAddr);

impl fmt::Display for NotLoopback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot probe {}: only loopback addresses are dialled", self.0)
    }
}

impl std::error::Error for NotLoopback {}

impl TryFrom<SocketAddr> for Loopback {
    type Error = NotLoopback;

    fn try_from(address: SocketAddr) -> Result<Self, NotLoopback> {
        if address.ip().is_loopback() { Ok(Self(address)) } else { Err(NotLoopback(address)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_can_be_probed() {
        for (text, fine) in [
            ("127.0.0.1:80", true),
            ("127.9.8.7:80", true),
            ("[::1]:80", true),
            ("203.0.113.10:80", false),
            ("0.0.0.0:80", false),
        ] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(Loopback::try_from(address).is_ok(), fine, "{text}");
        }
    }
}
