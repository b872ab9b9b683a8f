//! Addresses and ports that the cluster hands out, each once.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// What is free.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    service: u32,
    /// Addresses that Services have.
    claimed: BTreeSet<u32>,
    pod: u32,
    port: u16,
}

impl Default for Addresses {
    fn default() -> Self {
        // The first address of the range of Services is the API server's own.
        Self {
            service: u32::from(Ipv4Addr::new(10, 96, 0, 9)),
            claimed: BTreeSet::new(),
            pod: u32::from(Ipv4Addr::new(10, 0, 0, 1)),
            port: 30_000,
        }
    }
}

impl Addresses {
    /// Those of the cluster of this name: its pods have others than those of clusters with other names, as where pods reach each
    /// other.
    pub(crate) fn of(cluster: &str) -> Self {
        const NETWORKS: u32 = 90; // below the range of Services
        let network = cluster.bytes().map(u32::from).sum::<u32>() % NETWORKS;
        Self { pod: u32::from(Ipv4Addr::new(10, 0, 0, 1)) + (network << 16), ..Self::default() }
    }

    /// The addresses that a Service can have.
    pub(crate) const RANGE: RangeInclusive<Ipv4Addr> =
        Ipv4Addr::new(10, 96, 0, 1)..=Ipv4Addr::new(10, 111, 255, 254);

    /// An address of a Service.
    pub(crate) fn service(&mut self) -> String {
        self.service += 1;
        while self.claimed.contains(&self.service) {
            self.service += 1;
        }
        Ipv4Addr::from(self.service).to_string()
    }

    /// Whether a Service has this address.
    pub(crate) fn is_taken(&self, address: Ipv4Addr) -> bool {
        self.claimed.contains(&address.into())
    }

    /// Hands this address of a Service out to nobody else.
    pub(crate) fn claim(&mut self, address: Ipv4Addr) {
        self.claimed.insert(address.into());
    }

    /// Whoever asks for this address of a Service may have it again.
    pub(crate) fn release(&mut self, address: Ipv4Addr) {
        self.claimed.remove(&address.into());
    }

    /// An address of a pod.
    pub(crate) fn pod(&mut self) -> String {
        self.pod += 1;
        Ipv4Addr::from(self.pod).to_string()
    }

    /// A port of all nodes.
    pub(crate) fn node_port(&mut self) -> u16 {
        self.port = self.port.checked_add(1).filter(|port| *port <= 32_767).unwrap_or(30_000);
        self.port
    }
}
