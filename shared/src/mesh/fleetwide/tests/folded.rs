//! What is told under a cause that stands before it.

use super::*;
use crate::mesh::link::Link;
use crate::mesh::names;
use crate::mesh::samples::labels;
use crate::mesh::snapshot::{EndpointsSeen, LinkSeen, ServiceSeen};
use crate::terms::{Kind, LabelSelector, Requirement, SelectorOperator};

/// A Link that selects whatever has no such label.
fn selecting_all(world: &mut World) {
    let operator = SelectorOperator::DoesNotExist;
    let unless = Requirement { key: "private".into(), operator, values: Vec::new() };
    world.bed.link.selector = LabelSelector { match_expressions: vec![unless], ..LabelSelector::default() };
}

/// The world with a Service beside that one.
fn with(mut seen: MeshSeen, name: &str, own: &[(&str, &str)], is_headless: bool) -> Judged {
    let Observed::Present(services) = &mut seen.services else { panic!("a healthy world has Services") };
    let first = services.by_key.values().next().unwrap().clone();
    let service = ServiceSeen { labels: labels(own), is_headless, ..first };
    services.by_key.insert(Key::new("databases", name), service);
    let Observed::Present(ends) = &mut seen.endpoints else { panic!("a healthy world has Endpoints") };
    let named = EndpointsSeen { hostnames: [("web-0".to_owned(), true)].into(), ..EndpointsSeen::default() };
    ends.by_key.insert(Key::new("databases", name), named);
    judge(&[seen], &|check| !["mirror-missing", "export-endpoints"].contains(&check))
}

#[test]
fn what_is_odd_of_services_that_nobody_meant_to_export_is_told_under_the_link_that_selects_all() {
    let judged = |own: &[(&str, &str)], is_headless| {
        leading(&with(world(selecting_all).seen().0, "other", own, is_headless))
    };
    assert_eq!(judged(&[], true), [("link-selects-all", vec!["export-headless"])]);
    let mirror = [(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, "apps")];
    assert_eq!(judged(&mirror, false), [("link-selects-all", vec!["export-is-mirror"])]);
    let exported = [(names::EXPORTED, "true")];
    let apart = [("export-headless", vec![]), ("link-selects-all", vec![])];
    let mut told = judged(&exported, true);
    told.sort();
    assert_eq!(told, apart, "somebody has asked for it");
    let usual = leading(&with(World::healthy(Way::Gateway).seen().0, "other", &exported, true));
    assert_eq!(usual, [("export-headless", vec![])]);
}

/// A second Link, to the exporter as well, with this target; the controller has the label of that.
fn second(world: &mut World, target: &str) {
    let (name, credentials) = ("copy".into(), "cluster-credentials-copy".into());
    let copy = Link { name, credentials, target_cluster_name: target.into(), ..world.bed.link.clone() };
    let own = world.bed.link.target_cluster_name.clone();
    in_list(&mut world.bed.here.deployments)[0].labels.insert(names::CLUSTER_NAME.into(), own);
    world.in_consumer(|apps| {
        let links = in_list_of(&mut apps.links);
        let first = links[0].clone();
        links.push(LinkSeen { link: copy, ..first });
    });
}

fn in_list_of(links: &mut Observed<Vec<LinkSeen>>) -> &mut Vec<LinkSeen> {
    let Observed::Present(links) = links else { panic!("the healthy mesh is seen") };
    links
}

#[test]
fn two_links_with_one_target_are_one_finding_and_the_controller_of_the_other_is_accused_of_nothing() {
    let judged = judged(world(|world| second(world, "infra-east")));
    let twice: Vec<&Cause> =
        judged.causes.iter().filter(|cause| cause.finding.check == "link-twice").collect();
    let [cause] = &twice[..] else { panic!("{:#?}", judged.causes) };
    let text = &cause.finding.summary;
    assert_eq!(
        text,
        "the Links copy and infra both have the target infra-east: their mirrors have the same names"
    );
    let command = cause.finding.remedy.as_ref().unwrap().command.as_ref().unwrap();
    let both = "links.multicluster.linkerd.io/copy links.multicluster.linkerd.io/infra";
    assert!(command.ends_with(&format!("--namespace linkerd-multicluster get -o yaml {both}")), "{command}");
    let controller = cause.effects.iter().find(|one| one.check == "controller-running").unwrap();
    let object = controller.object.as_ref().unwrap();
    assert_eq!((object.kind, object.name.as_str()), (Kind::Link, "copy"), "{controller:#?}");
    assert!(controller.summary.contains("no service mirror is running for the Link copy"), "{controller:#?}");
    assert_eq!(controller.because, Some("link-twice"));
    assert_eq!(leading(&judged).len(), 1, "{:#?}", judged.causes);
    assert!(judged.links.iter().all(|link| link.worst == Some(Severity::Error)), "{:#?}", judged.links);
}

#[test]
fn a_controller_that_is_down_beside_a_second_link_is_a_cause_of_its_own() {
    let judged = judged(world(|world| {
        second(world, "infra-east");
        in_list(&mut world.bed.here.deployments)[0].available = 0;
    }));
    let led = leading(&judged).into_iter().map(|(check, _)| check).collect::<BTreeSet<_>>();
    assert_eq!(led, ["link-twice", "controller-running"].into(), "{:#?}", judged.causes);
}

#[test]
fn a_controller_that_is_told_to_work_on_a_link_that_is_not_there_is_accused() {
    let judged = judged(world(|world| {
        in_list(&mut world.bed.here.deployments)[0].arguments = vec!["edge".into()];
    }));
    let told = all(&judged).find(|finding| finding.check == "controller-running").unwrap();
    assert!(told.summary.contains("serves the Link edge"), "{told:#?}");
}

#[test]
fn a_gateway_that_waits_for_rules_that_cilium_has_removed_is_told_under_that() {
    let judged = |trouble: &'static str, is_exclusive: bool| {
        leading(&judged(world(|world| {
            in_list(&mut world.bed.there.pods)[0].is_ready = false;
            in_list(&mut world.bed.there.pods)[0].trouble = trouble.into();
            let Observed::Present(settings) = &mut world.bed.there.settings else { panic!("seen") };
            settings.is_cni = true;
            let Observed::Present(cilium) = &mut world.bed.there.cilium else { panic!("seen") };
            cilium.is_exclusive = is_exclusive;
        })))
    };
    let waits = "container linkerd-network-validator: CrashLoopBackOff";
    assert_eq!(judged(waits, true), [("cilium-cni", vec!["gateway-up"])]);
    assert_eq!(judged(waits, false), [("gateway-up", vec![])], "its plugin is left");
    let other = judged("container pause: ImagePullBackOff", true);
    assert_eq!(other.len(), 2, "{other:?}");
}

#[test]
fn a_mirror_for_a_flat_network_leads_nowhere_without_backends_as_one_through_the_gateway_does() {
    let mut world = World::healthy(Way::Flat);
    world.in_mesh(|seen| {
        let Observed::Present(ends) = &mut seen.endpoints else { panic!("there") };
        ends.by_key.values_mut().for_each(|one| one.ready = 0);
    });
    assert_eq!(leading(&judged(world)), [("export-endpoints", vec!["mirror-endpoints"])]);
}
