//! Where pods of the consumer go to in the exporter. Whom a policy means is certain where they go by an address that is the
//! exporter's own, and no name.

use crate::mesh::checks::Pair;
use crate::mesh::checks::credentials::server_address;
use crate::mesh::checks::gateway::{Gateway, reached_at};
use crate::mesh::machinery::Whom;
use crate::mesh::network::Cidr;
use crate::terms::Observed;

/// The gateway of the exporter, or its API server.
pub(super) struct Goal {
    is_server: bool,
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
        Self::of(asked, false, said.map(known).collect())
    }

    /// The API server of the credentials.
    pub(super) fn server(asked: &Pair<'_>) -> Self {
        Self::of(asked, true, server_address(asked).map(|one| vec![one]))
    }

    /// Where Cilium's settings are hidden, nothing is certain of what it knows.
    fn of(asked: &Pair<'_>, is_server: bool, addresses: Option<Vec<Cidr>>) -> Self {
        let cilium = asked.here().map(|here| &here.cilium);
        let is_connected = matches!(cilium, Some(Observed::Present(cilium)) if cilium.may_know_others());
        let is_seen = matches!(cilium, Some(Observed::Present(_) | Observed::Absent));
        Self { is_server, is_connected, addresses: addresses.filter(|_| is_seen).unwrap_or_default() }
    }

    pub(super) fn whom(&self) -> Whom<'_> {
        match (self.is_connected, self.addresses.as_slice(), self.is_server) {
            (true, ..) => Whom::Translated,
            (false, [], _) => Whom::Abroad,
            (false, all, true) => Whom::Server(all),
            (false, all, false) => Whom::Gateway(all),
        }
    }
}
