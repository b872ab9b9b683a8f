//! What makes mirrors.

use super::*;
use crate::mesh::names;
use crate::terms::Route;

#[test]
fn one_must_run_for_this_link() {
    assert_eq!(
        broken(|bed| in_list(&mut bed.here.deployments).clear()),
        error("controller-running"),
        "since 2.18 a Link alone does nothing"
    );
    assert_eq!(
        broken(|bed| in_list(&mut bed.here.deployments)[0].available = 0),
        error("controller-running")
    );
    let renamed = |bed: &mut Bed| in_list(&mut bed.here.deployments)[0].arguments = vec!["edge".into()];
    assert_eq!(broken(renamed), error("controller-running"), "it works on another Link");
    let twice = |bed: &mut Bed| {
        let first = in_list(&mut bed.here.deployments)[0].clone();
        let name = "linkerd-service-mirror-infra".into();
        in_list(&mut bed.here.deployments).push(Deployment { name, ..first });
    };
    assert_eq!(broken(twice), error("controller-running"), "two undo each other's work");
}

#[test]
fn one_that_lacks_its_labels_works_as_long_as_it_runs() {
    let bare = |bed: &mut Bed| in_list(&mut bed.here.deployments)[0].labels = labels(&[]);
    assert_eq!(broken(bare), warning("controller-running"));
    let stopped = |bed: &mut Bed| {
        bare(bed);
        in_list(&mut bed.here.deployments)[0].available = 0;
    };
    assert_eq!(broken(stopped), error("controller-running"));
    let other = |bed: &mut Bed| {
        bare(bed);
        in_list(&mut bed.here.deployments)[0].arguments = vec!["edge".into()];
    };
    assert_eq!(broken(other), error("controller-running"), "it works on another Link");
}

#[test]
fn the_legacy_form_is_named_after_the_target() {
    let legacy = |bed: &mut Bed| {
        bed.link.target_cluster_name = "infra-east".into();
        let deployment = &mut in_list(&mut bed.here.deployments)[0];
        deployment.labels =
            labels(&[("component", "service-mirror"), ("mirror.linkerd.io/cluster-name", "infra-east")]);
    };
    assert_eq!(broken(legacy), vec![]);
}

#[test]
fn one_must_lead_and_have_a_proxy() {
    assert_eq!(broken(|bed| in_list(&mut bed.here.leases)[0].age = Some(121)), error("controller-leading"));
    assert_eq!(broken(|bed| in_list(&mut bed.here.leases)[0].age = Some(119)), vec![], "clocks differ");
    // Who is stopped writes a Lease without a holder, and for one second alone.
    let released = |age| {
        broken(move |bed| {
            let lease = &mut in_list(&mut bed.here.leases)[0];
            (lease.holder, lease.duration, lease.age) = (String::new(), 1, age);
        })
    };
    assert_eq!(released(Some(119)), vec![], "the next one is on its way");
    assert_eq!(released(Some(121)), error("controller-leading"));
    assert_eq!(released(None), error("controller-leading"), "nobody says since when");
    assert_eq!(broken(|bed| in_list(&mut bed.here.pods)[0].is_meshed = false), error("controller-meshed"));
    assert_eq!(broken(|bed| in_list(&mut bed.here.leases).clear()), warning("controller-leading"));
    let stopped = |bed: &mut Bed| {
        in_list(&mut bed.here.leases).clear();
        in_list(&mut bed.here.deployments)[0].available = 0;
    };
    assert_eq!(broken(stopped), error("controller-running"), "who does not run does not lead");
}

#[test]
fn a_link_beside_the_extension_is_to_be_moved() {
    let without = |namespace: &'static str| {
        action(|bed| {
            bed.link.namespace = namespace.into();
            in_list(&mut bed.here.deployments).clear();
        })
    };
    let (usual, other) = (without(names::EXTENSION), without("linkerd"));
    assert!(usual.starts_with("add `controllers: "), "{usual}");
    assert!(
        other.starts_with("apply the Link and its Secret in the namespace of linkerd-multicluster"),
        "{other}"
    );
}

#[test]
fn what_is_old_in_files_is_as_old_as_when_they_were_taken() {
    let said = |is_by_files: bool, holder: &str| {
        let mut bed = Bed::healthy();
        let lease = &mut in_list(&mut bed.here.leases)[0];
        (lease.age, lease.holder) = (Some(900), holder.to_owned());
        let mut all = bed.seen();
        all.fleet = all.fleet.reached_by(Route { is_by_files, ..Route::default() });
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(&all, &[routed], &exported(), &bed.service);
        ask(&all, &exported(), &bed.service, &targets).remove(0).summary
    };
    let live = said(false, "controller-infra-0");
    assert!(live.ends_with("has not renewed its Lease for 900 s by the clock of this machine"), "{live}");
    let taken = said(true, "controller-infra-0");
    assert!(taken.ends_with("had not renewed its Lease for 900 s when its files were taken"), "{taken}");
    let released = said(true, "");
    assert!(released.ends_with("which was released 900 s before its files were taken"), "{released}");
}
