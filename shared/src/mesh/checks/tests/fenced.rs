//! Policies that let in by what is known of whom they mean: the labels of namespaces, the node of a pod, addresses.

use super::near::{at, fence, from};
use super::users::{found as with_client, of as by_client, range};
use super::*;
use crate::mesh::machinery::{Fence, Opening, Peer};
use crate::terms::{LabelSelector, Labels};
use std::collections::BTreeMap;
use std::sync::Arc;

const GATEWAY: &str = "linkerd-multicluster";
const BACKENDS: &str = "backend-network-policy";

fn selecting(key: &str, value: &str) -> LabelSelector {
    LabelSelector { match_labels: labels(&[(key, value)]), ..LabelSelector::default() }
}

/// Lets in who is of a namespace by a label, whose labels are these where they are known.
fn labelled(peer: Peer, own: Option<&[(&str, &str)]>) -> Fence {
    let mut fence = fence("databases", "postgres", at(Some(vec![peer]), &["4143"]));
    let known = |own| Arc::new(BTreeMap::from([(GATEWAY.to_owned(), labels(own))]));
    fence.reading.namespaces = own.map(known);
    fence
}

#[test]
fn who_is_let_in_by_a_label_of_its_namespace_is_kept_out_where_that_lacks_it() {
    let plain =
        || Peer::Pods { namespaces: Some(selecting("name", GATEWAY)), pods: LabelSelector::default() };
    let ciliums = || Peer::Pods {
        namespaces: Some(LabelSelector::default()),
        pods: selecting("io.cilium.k8s.namespace.labels.name", GATEWAY),
    };
    for peer in [plain(), ciliums()] {
        let let_in = |own: Option<&[(&str, &str)]>| {
            let fence = labelled(peer.clone(), own);
            broken(|bed| in_list(&mut bed.there.fences).push(fence))
        };
        assert_eq!(let_in(None), vec![], "nobody knows its labels");
        assert_eq!(let_in(Some(&[("name", GATEWAY)])), vec![]);
        assert_eq!(let_in(Some(&[])), error(BACKENDS));
        assert_eq!(let_in(Some(&[("name", "other")])), error(BACKENDS));
    }
    let mut bed = Bed::healthy();
    in_list(&mut bed.there.fences).push(labelled(plain(), Some(&[])));
    let finding = bed.findings().remove(0);
    let shown =
        finding.evidence.iter().find(|one| one.field == "metadata.labels of namespace/linkerd-multicluster");
    assert_eq!(shown.map(|one| one.value.as_str()), Some("no name"));
}

#[test]
fn a_namespace_that_nobody_has_seen_may_have_any_label() {
    let named = |name: &str| {
        let peer = Peer::Pods { namespaces: Some(selecting("team", "db")), pods: LabelSelector::default() };
        let mut own = labelled(peer, Some(&[]));
        own.reading.namespaces = Some(Arc::new(BTreeMap::from([(name.to_owned(), Labels::new())])));
        broken(|bed| in_list(&mut bed.there.fences).push(own))
    };
    assert_eq!((named("other"), named(GATEWAY)), (vec![], error(BACKENDS)));
}

#[test]
fn what_comes_to_the_very_node_of_a_pod_of_the_gateway_comes_as_it_is() {
    let entered = |home: Option<&str>, node: &str| {
        let (home, node) = (home.map(str::to_owned), node.to_owned());
        broken(move |bed| {
            bed.there.home = home;
            in_list(&mut bed.there.pods)[0].node = node;
            let mut own = fence(GATEWAY, "linkerd-gateway", at(Some(vec![Peer::Cluster]), &["4143", "4191"]));
            own.reading.cluster = Some("infra".into());
            in_list(&mut bed.there.fences).push(own);
        })
    };
    assert_eq!(entered(Some("node-1"), "node-1"), warning("gateway-network-policy"));
    assert_eq!(entered(Some("node-1"), "node-2"), vec![], "another node hands it on");
    assert_eq!(entered(None, "node-1"), vec![]);
}

#[test]
fn ranges_that_no_address_of_the_consumer_is_in_keep_it_from_the_gateway() {
    let ranged = |text: &'static str, change: fn(&mut Bed)| {
        broken(move |bed| {
            in_list(&mut bed.there.services)[0].is_local = true;
            in_list(&mut bed.there.pods)[0].host = "198.51.100.1".into();
            let controller = &mut in_list(&mut bed.here.pods)[0];
            (controller.host, controller.address) = ("192.168.20.11".into(), "10.2.0.7".into());
            let own = fence(GATEWAY, "linkerd-gateway", at(Some(range(text)), &["4143", "4191"]));
            in_list(&mut bed.there.fences).push(own);
            change(bed);
        })
    };
    let check = warning("gateway-network-policy");
    assert_eq!(ranged("172.16.0.0/12", |_| ()), check);
    assert_eq!(ranged("192.168.20.0/24", |_| ()), vec![], "that of its node");
    assert_eq!(ranged("10.2.0.0/16", |_| ()), vec![], "or of its pod");
    assert_eq!(ranged("203.0.113.0/24", |_| ()), vec![], "something translates them");
    let by_nodes = |bed: &mut Bed| in_list(&mut bed.there.services)[0].is_local = false;
    assert_eq!(ranged("172.16.0.0/12", by_nodes), check, "nor is a node on the way");
    let by_known = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].is_local = false;
        in_list(&mut bed.there.pods)[0].host = "172.16.1.1".into();
    };
    assert_eq!(ranged("172.16.0.0/12", by_known), vec![], "by a node of the exporter");
    let beside = |bed: &mut Bed| {
        let world = at(Some(vec![Peer::Outside]), &["4143", "4191"]);
        in_list(&mut bed.there.fences).push(fence(GATEWAY, "linkerd-gateway", world));
    };
    assert_eq!(ranged("172.16.0.0/12", beside), vec![], "another policy lets it in");
}

#[test]
fn ranges_that_no_known_client_is_in_keep_clients_from_backends_past_the_gateway() {
    let ranged = |way: Way, text: &'static str| {
        by_client(move |bed| {
            bed.way = way;
            let own = fence("databases", "postgres", at(Some(range(text)), &["4143"]));
            in_list(&mut bed.there.fences).push(own);
        })
    };
    assert_eq!(ranged(Way::Flat, "10.9.0.0/16"), warning(BACKENDS));
    assert_eq!(ranged(Way::Flat, "10.2.0.0/16"), vec![]);
    assert_eq!(ranged(Way::Gateway, "10.1.0.0/16"), vec![], "the gateway comes by its own");
}

#[test]
fn ports_that_linkerd_is_set_to_leave_alone_are_told_where_pods_do_not_say_others() {
    let out = |change: fn(&mut Bed), annotated: Option<&'static str>| {
        let told = with_client(
            |bed| {
                let Observed::Present(settings) = &mut bed.here.settings else { panic!("seen") };
                settings.skipped_out = Some("4567,5000-6000".into());
                change(bed);
            },
            |pod| {
                let own = annotated.map(|ports| ("config.linkerd.io/skip-outbound-ports", ports));
                pod.annotations = labels(own.as_slice());
            },
        );
        told.iter().map(|one| (one.check, one.object.as_ref().map(|it| it.name.clone()))).collect::<Vec<_>>()
    };
    assert_eq!(out(|_| (), None), [("client-proxy", Some("linkerd-config".to_owned()))]);
    assert_eq!(out(|_| (), Some("4567")), vec![], "the pod says others");
    let plugin = |bed: &mut Bed| {
        let Observed::Present(settings) = &mut bed.here.settings else { panic!("seen") };
        settings.is_cni = true;
    };
    assert_eq!(out(plugin, None), vec![], "the CNI plugin has settings of its own");
    let inward = |ports: &'static str, annotated: Option<&'static str>| {
        broken(move |bed| {
            let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
            settings.skipped_in = Some(ports.into());
            let own = annotated.map(|ports| ("config.linkerd.io/skip-inbound-ports", ports));
            in_list(&mut bed.there.backends)[0].annotations = labels(own.as_slice());
        })
    };
    assert_eq!(inward("4567,5432", None), warning("pod-ports"));
    assert_eq!(inward("4567,5432", Some("4567")), vec![]);
    assert_eq!(inward("4567", None), vec![]);
}

#[test]
fn a_policy_that_lacks_little_beside_the_one_in_the_way_is_to_be_corrected() {
    let told = |opening: Opening| {
        let (mut bed, all) = (Bed::healthy(), LabelSelector::default());
        let deny = fence("databases", "", Opening::default());
        let deny = Fence { name: "deny".into(), pods: all, ingress: Some(vec![]), ..deny };
        in_list(&mut bed.there.fences).extend([deny, fence("databases", "postgres", opening)]);
        let finding = bed.findings().remove(0);
        assert_eq!(finding.object.unwrap().name, "deny");
        let is_named = finding.summary.contains("; fence beside it opens that port to others alone");
        let action = finding.remedy.unwrap().action;
        (finding.check, is_named, action.starts_with("correct spec.ingress of networkpolicy/fence, or "))
    };
    let others = || Some(vec![from("elsewhere")]);
    assert_eq!(told(at(others(), &["4143"])), (BACKENDS, true, true));
    assert_eq!(told(at(others(), &["9187"])), (BACKENDS, false, false), "it is about something else");
}
