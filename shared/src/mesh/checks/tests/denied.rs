//! Policies of Cilium that deny what they, or others, let through.

use super::near::{at, fence, from};
use super::users::found;
use super::*;
use crate::mesh::machinery::{Fence, Opening, Peer};
use crate::terms::{Kind, LabelSelector};

const GATEWAY: &str = "linkerd-multicluster";

/// Lets everything through, and denies this.
fn denying(namespace: &str, denied: [Vec<Opening>; 2]) -> Fence {
    let everything = || Some(vec![Opening::default()]);
    let (kind, pods) = (Kind::CiliumNetworkPolicy, LabelSelector::default());
    let own = fence(namespace, "", Opening::default());
    let mut own = Fence { kind, pods, ingress: everything(), egress: everything(), denied, ..own };
    own.reading.cluster = Some("infra".into());
    own
}

fn all_of(peer: Peer) -> Vec<Opening> {
    vec![Opening { peers: Some(vec![peer]), ..Opening::default() }]
}

fn told(change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    let all = found(change, |_| ());
    let advises = |one: &Finding| one.remedy.as_ref().is_some_and(|one| one.action.contains("Deny"));
    assert!(all.iter().all(advises), "no policy beside it would help: {all:?}");
    all.iter().map(|one| (one.check, one.severity)).collect()
}

#[test]
fn the_gateway_is_kept_from_backends_that_deny_it() {
    let denied = |opening: Opening| {
        told(|bed| in_list(&mut bed.there.fences).push(denying("databases", [vec![opening], vec![]])))
    };
    let backend = error("backend-network-policy");
    assert_eq!(denied(Opening { peers: Some(vec![from(GATEWAY)]), ..Opening::default() }), backend);
    assert_eq!(denied(at(Some(vec![from(GATEWAY)]), &["4143"])), backend);
    assert_eq!(denied(at(Some(vec![from(GATEWAY)]), &["9187"])), vec![], "another port");
    assert_eq!(denied(at(Some(vec![from("other")]), &["4143"])), vec![], "other pods");
    assert_eq!(denied(at(Some(vec![Peer::Outside]), &["4143"])), vec![], "the world");
    assert_eq!(denied(at(Some(vec![Peer::Unclear]), &["4143"])), vec![], "nobody knows whom");
    let out = denying(GATEWAY, [vec![], all_of(from("databases"))]);
    let out = Fence { pods: fence(GATEWAY, "linkerd-gateway", Opening::default()).pods, ..out };
    assert_eq!(told(|bed| in_list(&mut bed.there.fences).push(out)), backend, "at the gateway itself");
}

#[test]
fn who_denies_the_world_to_the_gateway_keeps_clusters_from_it_where_they_show_themselves() {
    let denied = |is_world_told: bool| {
        told(|bed| {
            let mut own = denying(GATEWAY, [all_of(Peer::Outside), vec![]]);
            own.reading.is_world_told = is_world_told;
            in_list(&mut bed.there.fences).push(own);
        })
    };
    assert_eq!(denied(true), warning("gateway-network-policy"));
    assert_eq!(denied(false), vec![], "they may come by a node");
}

#[test]
fn who_denies_the_world_to_pods_of_the_consumer_keeps_them_from_the_gateway() {
    let denied = |namespace: &str, denied: Vec<Opening>| {
        told(|bed| in_list(&mut bed.here.fences).push(denying(namespace, [vec![], denied])))
    };
    let controller = "controller-network-policy";
    assert_eq!(denied(GATEWAY, all_of(Peer::Outside)), error(controller));
    assert_eq!(denied("databases", all_of(Peer::Outside)), warning("client-network-policy"));
    assert_eq!(denied("databases", all_of(Peer::Cluster))[..1], warning("control-plane-network-policy"));
    assert_eq!(denied("other", all_of(Peer::Outside)), vec![]);
    assert_eq!(denied(GATEWAY, vec![at(Some(vec![Peer::Outside]), &["25"])]), vec![], "mail alone");
}
