//! Addresses and ports that the cluster hands out, each once.

use std::net::Ipv4Addr;

/// What is free.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    service: u32,
    pod: u32,
    port: u16,
}

impl Default for Addresses {
    fn default() -> Self {
        // The first address of the range of Services is the API server's own.
        Self {
            service: u32::from(Ipv4Addr::new(10, 96, 0, 9)),
            pod: u32::from(Ipv4Addr::new(10, 0, 0, 1)),
            port: 30_000,
        }
    }
}

impl Addresses {
    /// An address of a Service.
    pub(crate) fn service(&mut self) -> String {
        self.service += 1;
        Ipv4Addr::from(self.service).to_string()
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
