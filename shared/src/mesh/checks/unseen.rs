//! What could not be looked at and is not needed: counted and named, once a cluster.

use super::{Pair, credentials, machinery, rights};
use crate::terms::{ClusterName, Obstacle};
use crate::verdict::Finding;

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
        ("the pods beside the mirror", asked.seen_here.clients.obstacle()),
        ("the Ingresses beside it", asked.seen_here.ingresses.obstacle()),
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
    let places: [(&str, Option<&Obstacle>); 18] = [
        ("Services of the mesh", seen.services.obstacle()),
        ("Deployments of the mesh", seen.deployments.obstacle()),
        ("its pods", seen.pods.obstacle()),
        ("its Leases", seen.leases.obstacle()),
        ("the settings of Linkerd", seen.settings.obstacle()),
        ("its trust anchors", seen.roots.obstacle()),
        ("the settings of Cilium", seen.cilium.obstacle()),
        ("whom Cilium connects", seen.hidden_mesh()),
        ("the policies of Linkerd", seen.policies.obstacle()),
        ("the network policies", seen.fences.obstacle()),
        ("the routes", seen.routes.obstacle()),
        ("the routes of gRPC and TCP", seen.other_routes.obstacle()),
        ("the endpoints of the probe", seen.probed.obstacle()),
        ("who signs for its proxies", seen.issuer.obstacle()),
        ("the pods behind the Service", seen.backends.obstacle()),
        ("what gives pods their proxies", seen.hidden_injector()),
        ("who announces the gateway", seen.announcer.obstacle()),
        ("the addresses of the nodes", seen.nodes.obstacle()),
    ];
    let hidden: Vec<(&str, &Obstacle)> =
        besides.into_iter().chain(places).filter_map(|(what, obstacle)| Some((what, obstacle?))).collect();
    // A right that is missing will be missing the next time, too.
    let lasting = hidden.iter().find(|(_, obstacle)| matches!(obstacle, Obstacle::Forbidden { .. }));
    let (_, why) = lasting.or(hidden.first())?;
    let what: Vec<&str> = hidden.iter().map(|(what, _)| *what).collect();
    Some(Finding::not_looked_at(id, &[cluster], what.join(", "), why))
}
