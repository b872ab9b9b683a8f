//! Policies that let in some clients alone, by what they are called, where none of those that are known is one of them.

use super::{closed, domain_of_clients, look, required, routes, the};
use crate::mesh::checks::{Pair, known, settings};
use crate::mesh::machinery::{Caller, Client, Pod, Policies, Server, Settings};
use crate::mesh::names::{CLUSTER_NAME, identity_of};
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy};

/// A client that is known, and what its proxy is to others.
pub(super) struct Named<'a> {
    pub(super) pod: &'a Pod,
    pub(super) identity: String,
}

impl<'a> Named<'a> {
    /// Those of the consumer that have a proxy, among these; none where its trust domain is not known.
    pub(super) fn among(asked: &'a Pair<'_>, is_one: impl Fn(&Client) -> bool) -> Vec<Self> {
        let Some(trust) = asked.here().and_then(settings).map(Settings::trust) else {
            return Vec::new();
        };
        let all = known(&asked.seen_here.clients).unwrap_or_default().iter();
        let ours = all.filter(|one| is_one(one) && !one.pod.is_over && !one.pod.account.is_empty());
        let of = |one: &'a Client| {
            let identity = identity_of(&one.pod.account, &one.pod.namespace, trust);
            one.pod.is_meshed.then_some(Self { pod: &one.pod, identity })
        };
        ours.filter_map(of).collect()
    }

    pub(super) fn caller(&self) -> Caller<'_> {
        let account = (self.pod.namespace.as_str(), self.pod.account.as_str());
        Caller::Known { identity: &self.identity, account, addresses: &[] }
    }

    pub(super) fn words(&self) -> String {
        format!("{} ({})", self.pod.maker(), self.identity)
    }
}

/// Whether a client names a mirror that the Link leads through the gateway.
fn is_through(asked: &Pair<'_>, client: &Client) -> bool {
    let Observed::Present(services) = &asked.seen_here.services else { return false };
    let mut mirrors = client.keys().filter_map(|key| services.by_key.get(&key));
    mirrors.any(|one| !one.is_flat() && one.labels.get(CLUSTER_NAME) == Some(&asked.link.target_cluster_name))
}

/// That no known client is whom the gateway lets in: others may be.
pub(super) fn nameless(
    asked: &Pair<'_>,
    (policies, server): (&Policies, &Server),
    what: &str,
) -> Option<Finding> {
    let clients = Named::among(asked, |client| is_through(asked, client));
    let shut = |one: &Named<'_>| closed(policies.admission(server, one.caller(), routes(asked))).is_some();
    let first = clients.first().filter(|_| clients.iter().all(shut))?;
    let text = format!(
        "the Server {} denies all known clients of {} access to {what}, such as {}: no AuthorizationPolicy admits them",
        server.name,
        asked.consumer,
        first.words()
    );
    let action = "admit their identities, or all meshed clients (`*`), in the MeshTLSAuthentication of its policy; to see \
                  these, run";
    let remedy = Remedy::run(action, look(asked, &server.namespace));
    let finding = Finding::warning("gateway-policy", &asked.both(), text, remedy).about(the(asked, server));
    Some(required(domain_of_clients(asked, finding), policies, server))
}
