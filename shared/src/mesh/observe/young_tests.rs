//! Ages of the pods behind a Service.

use super::super::machinery::nothing;
use super::exported as look_at;
use super::*;
use crate::mesh::machinery::Pods;

use crate::mesh::samples::{exported, labels, mesh, service};
use crate::mesh::snapshot::ServiceSeen;
use crate::terms::PerCluster;

const NOW: &str = "2026-03-01T12:00:00Z";

fn seen(pods: Vec<Pod>) -> MeshSeen {
    let own = ServiceSeen { selector: labels(&[("app", "postgres")]), ..service() };
    let mut seen = mesh(own, vec![]);
    let there =
        Machinery { backends: Observed::Present(Pods::from(pods)), ..nothing("linkerd-multicluster") };
    seen.machinery = PerCluster::of(&seen.fleet, |_| Observed::Present(there.clone()));
    seen
}

fn pod(seconds_old: i64, trouble: &str) -> Pod {
    let turned = NOW.parse::<Timestamp>().unwrap().as_second() - seconds_old;
    let (namespace, labels) = (exported().namespace, labels(&[("app", "postgres")]));
    Pod { namespace, labels, turned: Some(turned), trouble: trouble.into(), ..Pod::default() }
}

fn age_of(ends: &EndpointsSeen, pods: Vec<Pod>) -> Option<i64> {
    backends(&seen(pods), (&exported(), ends), NOW.parse().unwrap())
}

#[test]
fn pods_that_have_just_changed_are_known_by_themselves_and_by_who_wrote_their_endpoints() {
    let none = EndpointsSeen::default();
    let written = EndpointsSeen { written: "2026-03-01T11:59:42Z".into(), ..EndpointsSeen::default() };
    assert_eq!(age_of(&none, vec![pod(15, "")]), Some(15));
    assert_eq!(age_of(&written, vec![]), Some(18), "the pod is gone, and left no other time behind");
    assert_eq!(age_of(&written, vec![pod(3600, "no node")]), Some(18));
}

#[test]
fn pods_that_have_been_so_for_long_are_given_no_time() {
    let none = EndpointsSeen::default();
    let written = EndpointsSeen { written: "2026-03-01T11:59:42Z".into(), ..EndpointsSeen::default() };
    assert_eq!(age_of(&none, vec![pod(3600, "ImagePullBackOff")]), None);
    assert_eq!(age_of(&none, vec![]), None);
    assert_eq!(age_of(&written, vec![pod(3600, FAILING)]), None, "it fails over and over");
    assert_eq!(age_of(&written, vec![pod(30, FAILING)]), Some(18), "it is new");
}

#[test]
fn without_a_right_to_endpoints_pods_tell_as_long_as_none_of_them_serves() {
    let of = |pods: Vec<Pod>| {
        let hidden = Observed::Unknown(crate::terms::Obstacle::Unauthorized);
        let seen = MeshSeen { endpoints: hidden, ..seen(pods) };
        let mut young = Young::default();
        look_at(&seen, NOW.parse().unwrap(), &mut young);
        young.backends.into_values().collect::<Vec<_>>()
    };
    assert_eq!(of(vec![pod(15, "")]), [15]);
    assert_eq!(of(vec![pod(15, ""), Pod { is_ready: true, ..pod(900, "") }]), [0; 0]);
}

#[test]
fn where_deployments_are_hidden_their_youngest_pod_tells_what_has_just_turned() {
    let of = |deployments| {
        let pods = [(90, "gateway"), (6, "gateway"), (900, "other")];
        let pods = pods.map(|(age, name)| Pod { made_as: Some(name.into()), ..pod(age, "") });
        let there = Machinery { deployments, pods: Observed::Present(pods.into()), ..nothing("x") };
        turned(&there, NOW.parse().unwrap()).into_iter().map(|(name, age)| (name.to_owned(), age)).min()
    };
    let hidden = Observed::Unknown(crate::terms::Obstacle::Unauthorized);
    assert_eq!(of(hidden), Some(("gateway".to_owned(), 6)));
    assert_eq!(of(Observed::Present(Vec::new())), None, "they are seen, and say nothing");
}
