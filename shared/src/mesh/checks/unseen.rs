//! What could not be looked at and is not needed: counted and named, once a cluster.

use super::{Pair, credentials, machinery, rights};
use crate::mesh::machinery::Machinery;
use crate::terms::{ClusterName, Observed, Obstacle};
use crate::verdict::{Finding, Hidden};

pub(super) fn exporter(asked: &Pair<'_>) -> Option<Finding> {
    let [_, roles] = rights::hidden(asked);
    let token = credentials::token(asked);
    let besides = vec![
        ("its roles", roles.as_ref()),
        ("the account of the Link's token", token.and_then(|token| token.has_account.obstacle())),
        ("the Secret of the Link's token", token.and_then(|token| token.has_secret.obstacle())),
    ];
    of_cluster(asked, "not-looked-at", &asked.seen.exporter, besides)
}

pub(super) fn consumer(asked: &Pair<'_>) -> Option<Finding> {
    let [roles, _] = rights::hidden(asked);
    let besides = vec![
        ("its roles", roles.as_ref()),
        ("the pods in the mirror's namespace", asked.seen_here.clients.obstacle()),
        ("the slices of mirrors", asked.seen_here.slices.obstacle()),
        ("the Ingresses in its namespace", asked.seen_here.ingresses.obstacle()),
    ];
    of_cluster(asked, "not-looked-at-here", asked.consumer, besides)
}

pub(super) fn domain(asked: &Pair<'_>) -> Option<Finding> {
    let obstacle = asked.seen_here.domain.obstacle()?;
    let what = "the DNS domain, taken to be cluster.local";
    Some(Finding::not_looked_at("domain-assumed", &[asked.consumer], what, obstacle))
}

fn of_cluster(
    asked: &Pair<'_>,
    id: &'static str,
    cluster: &ClusterName,
    besides: Vec<(&str, Option<&Obstacle>)>,
) -> Option<Finding> {
    let seen = machinery(asked.seen, cluster)?;
    let places: [(&str, Option<&Obstacle>); 19] = [
        ("Services of the mesh", seen.services.obstacle()),
        ("Deployments of the mesh", seen.deployments.obstacle()),
        ("its pods", seen.pods.obstacle()),
        ("its Leases", seen.leases.obstacle()),
        ("the settings of Linkerd", seen.settings.obstacle()),
        ("its trust anchors", seen.roots.obstacle()),
        ("the settings of Cilium", seen.cilium.obstacle()),
        ("which clusters Cilium connects", seen.hidden_mesh()),
        ("the policies of Linkerd", seen.policies.obstacle()),
        ("the network policies", seen.fences.obstacle()),
        ("the routes", seen.routes.obstacle()),
        ("the routes of gRPC and TCP", seen.other_routes.obstacle()),
        ("the endpoints of the probe", seen.probed.obstacle()),
        ("the issuer of its proxies' certificates", seen.issuer.obstacle()),
        ("the outcome of its last issuer change", hidden_change(seen)),
        ("the pods behind the Service", seen.backends.obstacle()),
        ("the proxy injector", seen.hidden_injector()),
        ("which node announces the gateway", seen.announcer.obstacle()),
        ("the addresses of the nodes", seen.nodes.obstacle()),
    ];
    let hidden: Vec<Hidden> = besides
        .into_iter()
        .chain(places)
        .filter_map(|(what, obstacle)| {
            let (cluster, what) = (cluster.clone(), what.to_owned());
            Some(Hidden { cluster, what, obstacle: obstacle?.clone() })
        })
        .collect();
    (!hidden.is_empty()).then(|| Finding::hidden(id, &[cluster], hidden))
}

/// What hides whether the cluster signs with what it should.
fn hidden_change(seen: &Machinery) -> Option<&Obstacle> {
    match &seen.issuer {
        Observed::Present(issuer) => issuer.hidden.as_ref(),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}
