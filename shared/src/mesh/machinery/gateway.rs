//! Services of the multicluster extension.

use super::{Machinery, Pod};
use crate::mesh::names::GATEWAY_PORT;
use crate::terms::{Labels, Observed};
use core::net::IpAddr;

/// A Service of the extension: the gateway, or what a controller probes it through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayService {
    /// Its name.
    pub name: String,
    /// Its annotations.
    pub annotations: Labels,
    /// `LoadBalancer`, `NodePort`, …
    pub service_type: String,
    /// Its ports: name, number, number on the nodes (0 without one).
    pub ports: Vec<(String, u16, u16)>,
    /// For each of a gateway's ports, by its name, the one of its pods, by number or by the name that they give it.
    pub targets: Vec<(String, String)>,
    /// The labels of a gateway's pods; empty where somebody else says where it leads.
    pub selector: Labels,
    /// The addresses that a load balancer has given it, IPs or host names.
    pub ingress: Vec<String>,
    /// Whether nodes, too, go to the load balancer by one of them (ipMode Proxy), and do not take it for their own.
    pub is_passed_on: bool,
    /// Since when Cilium has given it its addresses, as the API writes times, where no class says that others announce them;
    /// empty where it has given none.
    pub given: String,
    /// The load balancer that is to serve it, where it names one (`loadBalancerClass`).
    pub class: String,
    /// When it was made, as the API writes times.
    pub created: String,
    /// When its deletion was asked for, likewise; empty where it was not.
    pub ending: String,
    /// Addresses by which the nodes take it in besides.
    pub external: Vec<String>,
    /// Whether it shows its pods the addresses of who comes, and not those of nodes in between.
    pub is_local: bool,
    /// The only ranges that the load balancer lets in; all where there are none.
    pub ranges: Vec<String>,
}

impl GatewayService {
    /// All its addresses, IPs or host names.
    pub fn addresses(&self) -> Vec<String> {
        self.ingress.iter().chain(&self.external).filter(|one| !one.is_empty()).cloned().collect()
    }

    /// Where it is from outside: at its load balancer, or on all nodes, of which these are the addresses.
    pub fn reached_at(&self, nodes: &Observed<Vec<String>>) -> Option<Vec<String>> {
        match (self.service_type.as_str(), nodes) {
            ("LoadBalancer", _) => Some(self.addresses()),
            ("NodePort", Observed::Present(nodes)) => {
                let nodes = nodes.iter().filter(|one| one.parse::<IpAddr>().is_ok());
                Some(nodes.chain(&self.external).cloned().collect())
            }
            _ => None,
        }
    }

    /// Whether it leads to this pod by its labels.
    pub fn selects(&self, pod: &Pod) -> bool {
        let has = |(key, value): (&String, &String)| pod.labels.get(key) == Some(value);
        !self.selector.is_empty() && self.selector.iter().all(has)
    }

    /// Which port of its pods the port of this name leads to.
    pub fn target(&self, name: &str) -> Option<&str> {
        self.targets.iter().find(|port| port.0 == name).map(|port| port.1.as_str())
    }

    /// The number of the port of this name.
    pub fn port(&self, name: &str) -> Option<u16> {
        self.ports.iter().find(|port| port.0 == name).map(|port| port.1)
    }

    /// The number that this port has on every node, when it has one.
    pub fn node_port(&self, name: &str) -> Option<u16> {
        self.ports.iter().find(|port| port.0 == name).map(|port| port.2).filter(|number| *number > 0)
    }

    /// The number that this port has from outside: on the nodes where the Service is a `NodePort`.
    pub fn outer_port(&self, name: &str) -> Option<u16> {
        let port = self.ports.iter().find(|port| port.0 == name)?;
        Some(if self.service_type == "NodePort" && port.2 > 0 { port.2 } else { port.1 })
    }
}

impl Machinery {
    /// The Service of its gateway, where that could be looked for.
    pub fn gateway(&self) -> Option<&GatewayService> {
        let Observed::Present(services) = &self.services else { return None };
        let gateways = services.iter().filter(|service| service.port(GATEWAY_PORT).is_some());
        gateways.min_by_key(|service| service.name.as_str())
    }
}

/// Endpoints of a Service that a gateway is probed through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probed {
    /// The Service's name.
    pub name: String,
    /// Where it leads.
    pub addresses: Vec<String>,
    /// At which ports.
    pub ports: Vec<u16>,
    /// Whom the prober expects there; `None` when the object does not say.
    pub identity: Option<String>,
}
