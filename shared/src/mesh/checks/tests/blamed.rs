//! Which of several network policies is the one in the way.

use super::near::{at, fence, from};
use super::{Bed, in_list};
use crate::mesh::machinery::{Fence, Opening};
use crate::terms::LabelSelector;

/// A policy about all pods of a namespace, for what goes out.
fn out(namespace: &str, name: &str, openings: Vec<Opening>) -> Fence {
    let own = fence(namespace, "", Opening::default());
    let (name, pods) = (name.to_owned(), LabelSelector::default());
    Fence { name, pods, ingress: None, egress: Some(openings), ..own }
}

fn inward(fence: Fence) -> Fence {
    Fence { ingress: fence.egress, egress: None, ..fence }
}

/// What is blamed, with what is said of others.
fn blamed(change: impl FnOnce(&mut Bed)) -> (String, Vec<String>) {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let found = bed.findings().into_iter().find(|one| one.check == "backend-network-policy").unwrap();
    let fields = found.evidence.iter().map(|one| one.field.clone());
    let of_others = fields.filter(|field| field.contains(" of ")).collect();
    (found.object.unwrap().name, of_others)
}

#[test]
fn what_adds_to_a_default_that_shuts_is_not_in_the_way_and_is_shown() {
    let deny = || out("linkerd-multicluster", "default-deny", vec![]);
    let control = || at(Some(vec![from("linkerd")]), &["8080", "8086", "8090"]);
    let adds = || out("linkerd-multicluster", "control-plane", vec![control()]);
    let (name, others) = blamed(|bed| in_list(&mut bed.there.fences).extend([adds(), deny()]));
    assert_eq!(name, "default-deny");
    assert_eq!(others, ["spec.egress of networkpolicy/control-plane"]);
    let (name, _) = blamed(|bed| in_list(&mut bed.there.fences).push(adds()));
    assert_eq!(name, "control-plane", "where it is alone it shuts");
}

#[test]
fn what_names_who_comes_lacks_a_port() {
    let deny = || inward(out("databases", "default-deny", vec![]));
    let lacks = |peers| inward(out("databases", "gateway", vec![at(Some(peers), &["5432"])]));
    let of = |peer: &'static str| {
        blamed(|bed| in_list(&mut bed.there.fences).extend([deny(), lacks(vec![from(peer)])])).0
    };
    assert_eq!(of("linkerd-multicluster"), "gateway");
    assert_eq!(of("monitoring"), "default-deny");
}

#[test]
fn of_the_whole_cluster_it_is_meant_and_what_was_added_as_a_remedy_is_not_in_the_way() {
    let deny = || Fence { namespace: None, ..inward(out("", "default-deny", vec![])) };
    let named = |name: &'static str| {
        let opening = at(Some(vec![from("monitoring")]), &["9187"]);
        blamed(|bed| {
            in_list(&mut bed.there.fences).extend([deny(), inward(out("databases", name, vec![opening]))]);
        })
        .0
    };
    assert_eq!(named("metrics"), "metrics");
    assert_eq!(named("postgres-rw-from-gateway-0a1b2c3d"), "default-deny");
}
