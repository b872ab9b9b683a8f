//! Where pods of the consumer go to in the exporter. Whom a policy means is certain where they go by an address that is the
//! exporter's own, and no name.

use super::shut::knows_others;
use crate::mesh::checks::Pair;
use crate::mesh::checks::credentials::server_address;
use crate::mesh::checks::gateway::{Gateway, reached_at};
use crate::mesh::machinery::{Pod, Whom};
use crate::mesh::network::Cidr;
use crate::terms::Observed;

/// The gateway of the exporter, its API server, or pods behind a Service.
pub(super) struct Goal {
    is_server: bool,
    /// Whether nothing else can have its addresses.
    is_certain: bool,
    /// Whether Cilium may know it as something of its own.
    is_connected: bool,
    /// By what it is gone to; nothing where that is not certain.
    addresses: Vec<Cidr>,
}

impl Goal {
    /// The gateway, by the addresses of the Link.
    pub(super) fn gateway(asked: &Pair<'_>) -> Self {
        let own = Gateway::of(asked).and_then(|gateway| reached_at(&gateway)).unwrap_or_default();
        let said = asked.link.gateway_address.split(',').map(str::trim);
        let known = |one: &str| Cidr::of_address(one).filter(|_| own.iter().any(|own| own == one));
        Self::of(asked, (false, true), said.map(known).collect())
    }

    /// Pods of the exporter, by their addresses; nothing where none is known.
    pub(super) fn pods(asked: &Pair<'_>, pods: &[&Pod]) -> Self {
        let known = pods.iter().filter_map(|pod| Cidr::of_address(&pod.address));
        Self::of(asked, (false, true), Some(known.collect()))
    }

    /// The API server of the credentials.
    pub(super) fn server(asked: &Pair<'_>) -> Self {
        let found = server_address(asked);
        let is_certain = found.is_some_and(|found| found.1);
        Self::of(asked, (true, is_certain), found.map(|(one, _)| vec![one]))
    }

    /// Where Cilium's settings are hidden, nothing is certain of what it knows.
    fn of(asked: &Pair<'_>, (is_server, is_certain): (bool, bool), addresses: Option<Vec<Cidr>>) -> Self {
        let cilium = asked.here().map(|here| &here.cilium);
        let is_connected = matches!(cilium, Some(Observed::Present(cilium)) if cilium.may_know_others());
        let is_seen = matches!(cilium, Some(Observed::Present(_) | Observed::Absent));
        let addresses = addresses.filter(|_| is_seen).unwrap_or_default();
        Self { is_server, is_certain, is_connected, addresses }
    }

    pub(super) fn whom(&self) -> Whom<'_> {
        match (self.is_connected, self.addresses.as_slice(), self.is_server) {
            (true, ..) => Whom::Translated,
            (false, [], _) => Whom::Abroad,
            (false, all, true) if self.is_certain => Whom::Server(all),
            (false, all, true) => Whom::Said(all),
            (false, all, false) => Whom::Gateway(all),
        }
    }
}

/// How who comes from the consumer shows itself to the gateway.
pub(super) struct Entrance {
    is_connected: bool,
    is_seen: bool,
    to: Vec<Cidr>,
}

impl Entrance {
    /// A load balancer hands on what comes with its own address where the Service is told so. One that stands on the nodes, or in
    /// front of the Service, may do otherwise.
    pub(super) fn of(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Self {
        let service = gateway.service();
        let own = service.addresses();
        let said: Vec<&str> = asked.link.gateway_address.split(',').map(str::trim).collect();
        // Its pods know the nodes where they are.
        let hosts: Vec<&str> =
            gateway.pods().unwrap_or_default().iter().map(|pod| pod.host.as_str()).collect();
        let is_beside = !hosts.is_empty()
            && hosts.iter().all(|host| !host.is_empty() && !own.iter().any(|one| one == host));
        let is_own = said.iter().all(|one| own.iter().any(|own| own == one));
        let is_seen = service.service_type == "LoadBalancer" && service.is_local && is_beside && is_own;
        // An address that is a name may be of either family.
        let to: Option<Vec<Cidr>> = said.iter().map(|one| Cidr::of_address(one)).collect();
        Self { is_connected: knows_others(Some(gateway.there)), is_seen, to: to.unwrap_or_default() }
    }

    /// Whether it comes by its own address.
    pub(super) fn is_seen(&self) -> bool {
        self.is_seen
    }

    pub(super) fn whom(&self) -> Whom<'_> {
        if self.is_connected {
            Whom::Translated
        } else {
            Whom::Visitor { to: &self.to, is_seen: self.is_seen }
        }
    }

    /// The same of what comes to a pod of the very node that is gone to.
    pub(super) fn straight(&self) -> Option<Whom<'_>> {
        (!self.is_connected).then_some(Whom::Visitor { to: &self.to, is_seen: true })
    }
}
