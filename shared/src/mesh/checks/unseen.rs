//! What could not be looked at and is not needed: counted and named, once a cluster.

use super::{Pair, credentials, machinery, rights};
use crate::mesh::machinery::Machinery;
use crate::terms::{ClusterName, Observed, Obstacle};
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
        ("the slices of mirrors", asked.seen_here.slices.obstacle()),
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
    let places: [(&str, Option<&Obstacle>); 19] = [
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
        ("what became of the last change of who signs for its proxies", hidden_change(seen)),
        ("the pods behind the Service", seen.backends.obstacle()),
        ("what gives pods their proxies", seen.hidden_injector()),
        ("who announces the gateway", seen.announcer.obstacle()),
        ("the addresses of the nodes", seen.nodes.obstacle()),
    ];
    let hidden: Vec<(&str, &Obstacle)> =
        besides.into_iter().chain(places).filter_map(|(what, obstacle)| Some((what, obstacle?))).collect();
    let (what, why) = by_obstacle(hidden)?;
    Some(Finding::not_looked_at(id, &[cluster], what, why))
}

/// What hides whether the cluster signs with what it should.
fn hidden_change(seen: &Machinery) -> Option<&Obstacle> {
    match &seen.issuer {
        Observed::Present(issuer) => issuer.hidden.as_ref(),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// All that is hidden, each obstacle once with what it hides, and the last of them, which is a right where one is missing: that
/// will be missing the next time, too.
fn by_obstacle<'a>(hidden: Vec<(&str, &'a Obstacle)>) -> Option<(String, &'a Obstacle)> {
    let mut groups: Vec<(&Obstacle, Vec<&str>)> = Vec::new();
    for (what, obstacle) in hidden {
        match groups.iter_mut().find(|(known, _)| known.to_string() == obstacle.to_string()) {
            Some((_, all)) => all.push(what),
            None => groups.push((obstacle, vec![what])),
        }
    }
    groups.sort_by_key(|(obstacle, _)| matches!(obstacle, Obstacle::Forbidden { .. }));
    let (why, last) = groups.pop()?;
    let others = groups.iter().map(|(obstacle, what)| format!("{} ({obstacle}); ", what.join(", ")));
    Some((format!("{}{}", others.collect::<String>(), last.join(", ")), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_obstacle_is_named_once_with_what_it_hides_and_a_right_at_the_end() {
        let right = |resource: &str| {
            let (verb, resource, message) = ("list".to_owned(), resource.to_owned(), String::new());
            Obstacle::Forbidden { verb, resource, namespace: None, message }
        };
        let (pods, roles, expired) = (right("pods"), right("roles"), Obstacle::Expired);
        let told =
            |hidden| by_obstacle(hidden).map(|(what, why)| format!("{what} ({why})")).unwrap_or_default();
        assert_eq!(told(vec![]), "");
        assert_eq!(told(vec![("a", &pods), ("b", &pods)]), "a, b (cannot list pods: forbidden)");
        assert_eq!(
            told(vec![("a", &pods), ("b", &roles), ("c", &expired), ("d", &pods)]),
            "c (the requested version is too old); a, d (cannot list pods: forbidden); b (cannot list roles: forbidden)"
        );
    }
}
