//! Ages of the pods behind a Service.

use super::super::machinery::nothing;
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
