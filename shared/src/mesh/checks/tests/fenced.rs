//! Policies that let in by what is known of whom they mean: the labels of namespaces, the node of a pod, addresses.

use super::near::{at, fence};
use super::*;
use crate::mesh::machinery::{Fence, Peer};
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
