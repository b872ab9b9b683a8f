//! Whom policies let pods of the consumer out to, where the exporter's addresses are known and where they are not.

use super::near::fence;
use super::*;
use crate::mesh::machinery::{Fence, Opening, Peer};
use crate::mesh::network::Cidr;
use crate::mesh::snapshot::Proof;
use crate::terms::{Kind, LabelSelector};

const CHECK: &str = "controller-network-policy";

/// A policy of Cilium about all pods beside the service mirror.
fn out(peers: Vec<Peer>) -> Fence {
    let opening = Opening { peers: Some(peers), ..Opening::default() };
    let (kind, pods) = (Kind::CiliumNetworkPolicy, LabelSelector::default());
    let own = fence("linkerd-multicluster", "", Opening::default());
    Fence { kind, pods, ingress: None, egress: Some(vec![opening]), ..own }
}

fn range(text: &str, except: &[&str]) -> Peer {
    Peer::Range(Cidr::read(text).unwrap(), except.iter().map(|one| Cidr::read(one).unwrap()).collect())
}

/// What is said of it where policies let out to these alone.
fn told(peers: Vec<Peer>, change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    let all = broken(|bed| {
        in_list(&mut bed.here.fences).push(out(peers));
        change(bed);
    });
    all.into_iter().filter(|(id, _)| *id == CHECK).collect()
}

#[test]
fn what_is_of_the_cluster_is_no_gateway_of_another_one() {
    assert_eq!(told(vec![Peer::Cluster], |_| ()), error(CHECK));
    assert_eq!(told(vec![Peer::Cluster, Peer::Node, Peer::Front], |_| ()), error(CHECK));
    assert_eq!(told(vec![Peer::Cluster, Peer::ApiServer], |_| ()), error(CHECK), "nor is its API server");
    assert_eq!(told(vec![Peer::Cluster, range("203.0.113.0/28", &["203.0.113.8/29"])], |_| ()), error(CHECK));
    assert_eq!(told(vec![Peer::Cluster, range("198.51.100.0/24", &[])], |_| ()), error(CHECK));
}

#[test]
fn who_may_be_the_gateway_lets_through() {
    for peer in [Peer::Outside, Peer::Unclear, range("203.0.113.0/24", &["203.0.113.128/25"])] {
        assert_eq!(told(vec![Peer::Cluster, peer.clone()], |_| ()), vec![], "{peer:?}");
    }
    let beside = |bed: &mut Bed| in_list(&mut bed.here.fences).push(out(vec![Peer::Outside]));
    assert_eq!(told(vec![Peer::Cluster], beside), vec![], "another policy lets it out");
    let adding = |bed: &mut Bed| in_list(&mut bed.here.fences)[0].is_addition = [true; 2];
    assert_eq!(told(vec![Peer::Cluster], adding), vec![], "it shuts nobody in");
}

#[test]
fn without_an_address_of_the_exporters_own_somebody_may_stand_for_it() {
    let named = |bed: &mut Bed| bed.link.gateway_address = "front.example".into();
    assert_eq!(told(vec![Peer::Cluster], named), warning(CHECK));
    assert_eq!(told(vec![Peer::Cluster, Peer::ApiServer], named), vec![], "or its API server");
    assert_eq!(told(vec![Peer::Cluster, Peer::Front], named), vec![], "or a node");
    assert_eq!(told(vec![range("198.51.100.0/24", &[])], named), vec![], "every range may be its own");
    let connected = |bed: &mut Bed| {
        let Observed::Present(cilium) = &mut bed.here.cilium else { panic!("seen") };
        cilium.mesh = Observed::Present(());
    };
    assert_eq!(told(vec![Peer::Cluster], connected), vec![], "nodes of connected clusters are such");
    let perhaps = |bed: &mut Bed| {
        let Observed::Present(cilium) = &mut bed.here.cilium else { panic!("seen") };
        cilium.mesh = Observed::Unknown(Obstacle::Unauthorized);
    };
    assert_eq!(told(vec![Peer::Cluster], perhaps), vec![], "it may be connected");
    let hidden = |bed: &mut Bed| bed.here.cilium = Observed::Unknown(Obstacle::Unauthorized);
    assert_eq!(told(vec![Peer::Cluster], hidden), warning(CHECK));
}

#[test]
fn an_api_server_is_known_by_its_address_where_this_run_reaches_it_by_the_same() {
    let flat = |server: &str, peers: Vec<Peer>| {
        let server = server.to_owned();
        told(peers, |bed| {
            bed.way = Way::Flat;
            bed.server = server;
        })
    };
    assert_eq!(flat("https://203.0.113.1:6443", vec![Peer::Cluster]), error(CHECK));
    assert_eq!(flat("https://[2001:db8::1]:6443", vec![Peer::Cluster, Peer::Front]), error(CHECK));
    assert_eq!(
        flat("https://203.0.113.1:6443", vec![Peer::Cluster, Peer::ApiServer]),
        error(CHECK),
        "that one is the consumer's own"
    );
    assert_eq!(flat("https://203.0.113.1:6443", vec![Peer::Cluster, range("203.0.113.1/32", &[])]), vec![]);
    assert_eq!(flat("https://infra.example:6443", vec![Peer::Cluster]), warning(CHECK));
    let elsewhere = || vec![range("198.51.100.0/24", &[])];
    assert_eq!(flat("https://203.0.113.1:6443", elsewhere()), error(CHECK));
    assert_eq!(flat("https://infra.example:6443", elsewhere()), vec![], "every range may be its own");
}

/// By the credentials alone, the address may be that of something of the consumer.
#[test]
fn an_api_server_that_this_run_reaches_by_another_address_is_where_its_credentials_lead() {
    let flat = |server: &str, peers: Vec<Peer>| {
        let server = server.to_owned();
        told(peers, |bed| {
            bed.way = Way::Flat;
            bed.server = server;
            bed.proof = Proof::SameAuthority;
        })
    };
    assert_eq!(flat("https://203.0.113.1:6443", vec![range("198.51.100.0/24", &[])]), warning(CHECK));
    assert_eq!(flat("https://203.0.113.1:6443", vec![Peer::ApiServer]), warning(CHECK));
    assert_eq!(flat("https://203.0.113.1:6443", vec![range("203.0.113.0/24", &[])]), vec![]);
    assert_eq!(flat("https://infra.example:6443", vec![range("198.51.100.0/24", &[])]), vec![]);
}
