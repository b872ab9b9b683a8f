//! What a service mirror has never made, since it never got in, and what nothing goes through.

use super::*;
use crate::mesh::explain::tests::present;
use crate::mesh::machinery::Deployment;
use crate::mesh::snapshot::Trusting;

fn judged_of(change: impl FnOnce(&mut World)) -> Vec<(&'static str, Vec<&'static str>)> {
    leading(&judged(world(change)))
}

/// It has not made a mirror, and not said where to probe.
fn unmade(world: &mut World) {
    world.without_mirror();
    in_list(&mut world.bed.here.probed).clear();
}

#[test]
fn where_a_service_mirror_never_got_in_its_probe_leads_nowhere_for_the_same_reason() {
    let both = |lead| vec![(lead, vec!["mirror-missing", "probe-place"])];
    let local = |world: &mut World| world.bed.server = "https://127.0.0.1:6443".into();
    assert_eq!(
        judged_of(|world| {
            unmade(world);
            local(world);
        }),
        both("credentials-server")
    );
    assert_eq!(
        judged_of(|world| {
            unmade(world);
            in_list(&mut world.bed.here.deployments)[0].available = 0;
        }),
        both("controller-running")
    );
    let revoked = |world: &mut World| world.bed.token.as_mut().unwrap().has_account = Observed::Absent;
    assert_eq!(
        judged_of(|world| {
            unmade(world);
            revoked(world);
        }),
        both("credentials-revoked")
    );
    assert_eq!(judged_of(unmade), [("mirror-missing", vec!["probe-place"])], "nobody knows why");
    let emptied = |world: &mut World| in_list(&mut world.bed.here.probed).clear();
    assert_eq!(judged_of(emptied), [("probe-place", vec![])], "somebody has deleted it");
}

#[test]
fn where_it_probes_is_wrong_by_itself_whatever_keeps_a_mirror_from_coming() {
    let told = judged_of(|world| {
        world.without_mirror();
        in_list(&mut world.bed.here.probed)[0].ports = vec![4999];
    });
    assert_eq!(told, [("mirror-missing", vec![]), ("probe-place", vec![])]);
}

#[test]
fn what_may_go_well_explains_a_mirror_that_does_not_come() {
    let behind = |world: &mut World| world.bed.server = "https://rancher.example:443/k8s/clusters/c-1".into();
    let public = |world: &mut World| {
        world.in_consumer(|apps| in_list(&mut apps.links)[0].trusting = Trusting::Public);
    };
    let nobody = |world: &mut World| in_list(&mut world.bed.here.leases).clear();
    let changes: [(_, fn(&mut World)); 3] =
        [("credentials-server", behind), ("credentials-trust", public), ("controller-leading", nobody)];
    for (check, change) in changes {
        assert_eq!(judged_of(change), [(check, vec![])]);
        let missing = judged_of(|world| {
            world.without_mirror();
            change(world);
        });
        assert_eq!(missing, [(check, vec!["mirror-missing"])]);
    }
    let fresh = judged_of(|world| {
        world.without_mirror();
        world.in_consumer(|apps| in_list(&mut apps.links)[0].is_fresh = true);
        behind(world);
    });
    assert!(fresh.contains(&("credentials-server", vec![])), "it has not had its time: {fresh:#?}");
    let anybody = judged_of(|world| {
        world.without_mirror();
        world.in_consumer(|apps| in_list(&mut apps.links)[0].trusting = Trusting::Anything);
    });
    assert_eq!(anybody.len(), 2, "who takes anybody takes the exporter: {anybody:#?}");
}

#[test]
fn a_gateway_that_nothing_goes_through_is_told_as_a_warning() {
    for way in [Way::Flat, Way::Federated] {
        let told = |change: fn(&mut World)| {
            let mut world = World::healthy(way);
            change(&mut world);
            let judged = judged(world);
            let worst = judged.causes.iter().map(Cause::severity).max();
            (leading(&judged), worst.filter(|worst| *worst > Severity::Info), judged.links[0].worst)
        };
        let warned = |check| (vec![(check, vec![])], Some(Severity::Warning), Some(Severity::Warning));
        let bare = told(|world| in_list(&mut world.bed.there.pods)[0].is_meshed = false);
        assert_eq!(bare, warned("gateway-meshed"), "{way:?}");
        let lost = told(|world| world.bed.link.gateway.probe.period = "3".into());
        assert_eq!(lost, warned("gateway-probe"), "{way:?}");
        let (without, worst, _) = told(|world| {
            world.bed.link.gateway_address.clear();
            in_list(&mut world.bed.there.pods)[0].is_meshed = false;
        });
        assert_eq!((without, worst), (vec![], None), "{way:?}: the Link leads to none");
    }
}

#[test]
fn a_port_of_the_probe_that_is_of_the_link_alone_is_mended_there() {
    let judged = judged(world(|world| world.bed.link.gateway.probe.port = "4192".into()));
    assert_eq!(leading(&judged), [("probe-place", vec![])]);
    let finding = judged.causes.into_iter().map(|cause| cause.finding).find(|one| one.check == "probe-place");
    let finding = finding.unwrap();
    assert!(finding.summary.contains("on port 4192, but it answers on 4191"), "{}", finding.summary);
    assert!(finding.remedy.unwrap().action.starts_with("recreate the Link"));
}

/// What a service mirror says of a name that nobody has.
const SAID: &str = "Error: Error resolving 'gateway.infra.example': no such host";

#[test]
fn a_name_that_the_service_mirror_does_not_resolve_is_of_the_link() {
    let with = |said: &'static str, is_led: bool| {
        judged_of(|world| {
            world.bed.link.gateway_address = "gateway.infra.example".into();
            if !is_led {
                in_list(&mut world.bed.here.probed).clear();
            }
            world.in_consumer(|apps| {
                let refusal = Refusal { exported: exported(), is_federated: false, said: said.into() };
                in_list(&mut apps.links)[0].refused = vec![refusal];
                present(&mut apps.endpoints).by_key.clear();
            });
        })
    };
    assert_eq!(with(SAID, false), [("gateway-address", vec!["mirror-endpoints", "probe-place"])]);
    let leads = |told: Vec<(&'static str, Vec<&str>)>| told.into_iter().map(|one| one.0).collect::<Vec<_>>();
    assert!(!leads(with(SAID, true)).contains(&"gateway-address"), "it is resolved by now");
    assert!(!leads(with("Error: quota", false)).contains(&"gateway-address"));
}

#[test]
fn a_link_that_was_not_taken_leaves_the_probe_and_the_mirrors_where_they_were() {
    let with = |mirrored: &'static str| {
        judged_of(|world| {
            in_list(&mut world.bed.here.probed)[0].addresses = vec!["203.0.113.50".into()];
            world.in_consumer(move |apps| {
                let ends = present(&mut apps.endpoints).by_key.values_mut();
                ends.for_each(|ends| ends.addresses = [mirrored.to_owned()].into());
            });
        })
    };
    assert_eq!(with("203.0.113.50"), [("probe-place", vec!["mirror-address"])]);
    assert_eq!(with("203.0.113.51"), [("mirror-address", vec![]), ("probe-place", vec![])]);
}

#[test]
fn a_second_service_mirror_that_is_not_wanted_does_no_harm_yet() {
    let with = |wanted: u32, available: u32| {
        let judged = judged(world(|world| {
            let all = in_list(&mut world.bed.here.deployments);
            all[0].available = available;
            let name = "linkerd-service-mirror-infra".into();
            let old = Deployment { name, wanted, available: wanted, ..all[0].clone() };
            all.push(old);
        }));
        let told = judged.causes.into_iter().map(|cause| cause.finding);
        let finding = told.into_iter().find(|one| one.check == "controller-running").unwrap();
        (finding.severity, finding.evidence.first().map(|one| one.field.clone()).unwrap_or_default())
    };
    let replicas = "spec.replicas of deployment/controller-infra".to_owned();
    assert_eq!(with(1, 1), (Severity::Error, replicas.clone()));
    assert_eq!(with(0, 1), (Severity::Warning, replicas));
    assert_eq!(with(0, 0), (Severity::Error, "status.availableReplicas".to_owned()));
}
