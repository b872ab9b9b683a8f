//! In which way a Service is exported, and how one way becomes another.

use super::tests::{refusals, wanted};
use super::*;
use crate::mesh::names;
use crate::mesh::network::{Cidr, CiliumSeen, NetworkSeen};
use crate::mesh::samples::*;
use crate::mesh::snapshot::{ConsumerSeen, LinkSeen};
use crate::terms::{LabelSelector, Labels, Obstacle};

fn in_way(way: Way) -> Wanted {
    Wanted { ways: vec![way], ..wanted(&[]) }
}

fn flat_service() -> ServiceSeen {
    labelled(&[(names::EXPORTED, "remote-discovery")], MANAGER, "Apply")
}

fn with_apps(service: ServiceSeen) -> MeshSeen {
    mesh(service, vec![("apps", consumer(vec![default_link("infra")]))])
}

/// A Link without a gateway, as `link-gen --gateway=false` makes it.
fn gatewayless() -> ConsumerSeen {
    let mut link = default_link("infra");
    (link.link.selector, link.link.gateway_address) = (LabelSelector::default(), String::new());
    consumer(vec![link])
}

fn network(pods: &str, native: &str) -> NetworkSeen {
    let ranges = |text| Cidr::read(text).into_iter().collect::<Vec<_>>();
    let cilium =
        CiliumSeen { is_native: true, is_by_node: true, native: ranges(native), ..CiliumSeen::default() };
    let nodes = Observed::Present(ranges(pods));
    NetworkSeen { nodes, each: BTreeMap::new(), cilium: Observed::Present(cilium) }
}

fn on(mut seen: MeshSeen, infra: NetworkSeen, apps: NetworkSeen) -> MeshSeen {
    seen.networks = [(cluster("infra"), infra), (cluster("apps"), apps)].into();
    seen
}

fn flat(seen: MeshSeen) -> MeshSeen {
    on(seen, network("10.1.0.0/16", "10.0.0.0/8"), network("10.2.0.0/16", "10.0.0.0/8"))
}

fn not_shown(seen: MeshSeen) -> MeshSeen {
    on(seen, network("10.1.0.0/16", "10.1.0.0/16"), network("10.2.0.0/16", "10.2.0.0/16"))
}

fn set(planned: &Planned) -> Vec<String> {
    planned.plan.steps().iter().map(|step| step.action.details()).collect()
}

fn ways(planned: &Planned) -> Vec<Way> {
    planned.targets.iter().map(|target| target.way).collect()
}

#[test]
fn a_service_that_is_exported_already_stays_as_it_is_when_nobody_says_how() {
    let planned = plan(&with_apps(flat_service()), &wanted(&[])).unwrap();
    assert!(planned.plan.is_empty());
    assert_eq!(ways(&planned), [Way::Flat]);
    assert_eq!(networks_needed(&with_apps(flat_service()), &wanted(&[])), []);
}

#[test]
fn another_cluster_gets_it_in_the_way_in_which_one_has_it_already() {
    let other = link("e", "infra-east", selecting(&[("to-edge", "gateway")]));
    let mut flat_edge = other.clone();
    flat_edge.link.remote_discovery_selector = selecting(&[("to-edge", "flat")]);
    let both = vec![("apps", consumer(vec![default_link("a")])), ("edge", consumer(vec![flat_edge]))];
    let planned = plan(&mesh(flat_service(), both), &wanted(&[])).unwrap();
    assert_eq!(set(&planned), ["to-edge=flat"]);
    assert_eq!(ways(&planned), [Way::Flat, Way::Flat]);
}

#[test]
fn the_same_key_changes_the_way_in_place_and_the_plan_says_so() {
    for (service, way, label, effect) in [
        (flat_service(), Way::Gateway, "mirror.linkerd.io/exported=true", Effect::ToGateway),
        (
            labelled(&[(names::EXPORTED, "true")], MANAGER, "Apply"),
            Way::Flat,
            "mirror.linkerd.io/exported=remote-discovery",
            Effect::ToFlat,
        ),
    ] {
        let planned = plan(&flat(with_apps(service)), &in_way(way)).unwrap();
        assert_eq!(set(&planned), [label]);
        let told: Vec<_> = planned.switches.iter().map(|one| (one.mode, one.effect)).collect();
        assert_eq!((told, planned.side_effects), (vec![(way, effect)], vec![]));
    }
}

#[test]
fn a_mirror_that_changes_its_way_in_a_cluster_that_was_not_chosen_is_named() {
    let both = vec![("apps", consumer(vec![default_link("a")])), ("edge", consumer(vec![default_link("e")]))];
    let asked = Wanted { consumers: vec![cluster("apps")], ..in_way(Way::Gateway) };
    let planned = plan(&mesh(flat_service(), both), &asked).unwrap();
    let named: Vec<_> =
        planned.side_effects.iter().map(|side| (side.cluster.as_str(), side.effect)).collect();
    assert_eq!(named, [("edge", Effect::ToGateway)]);
    assert_eq!(planned.switches.len(), 1);
}

#[test]
fn a_label_of_ours_that_leads_past_the_gateway_goes_and_one_of_others_is_a_refusal() {
    let other_keys = || {
        let mut link = link("infra", "infra-east", selecting(&[("export", "yes")]));
        link.link.remote_discovery_selector = selecting(&[("flat", "yes")]);
        vec![("apps", consumer(vec![link]))]
    };
    let ours = labelled(&[("flat", "yes")], MANAGER, "Apply");
    let planned = plan(&mesh(ours, other_keys()), &in_way(Way::Gateway)).unwrap();
    assert_eq!(set(&planned), ["export=yes flat-"]);
    let Change::Apply { labels: applied, .. } = &planned.plan.steps()[0].action else { panic!("no apply") };
    assert_eq!(applied, &labels(&[("export", "yes")]));
    let theirs = labelled(&[("flat", "yes")], "kustomize-controller", "Apply");
    assert_eq!(
        refusals(&mesh(theirs, other_keys()), &in_way(Way::Gateway)),
        [("gateway-mode", Severity::Error)]
    );
}

#[test]
fn a_flat_network_has_to_be_shown_or_assumed_and_an_overlap_forbids_it_all_the_same() {
    let seen = || with_apps(service());
    let assumed = Wanted { routability: Routability::Assumed, ..in_way(Way::Flat) };
    assert_eq!(
        set(&plan(&flat(seen()), &in_way(Way::Flat)).unwrap()),
        ["mirror.linkerd.io/exported=remote-discovery"]
    );
    let both = [("flat-network", Severity::Error), ("flat-network", Severity::Warning)];
    assert_eq!(refusals(&not_shown(seen()), &in_way(Way::Flat)), both, "and nodes hide who comes");
    let planned = plan(&not_shown(seen()), &assumed).unwrap();
    assert_eq!(planned.findings[0].severity, Severity::Info);
    assert!(planned.findings[0].summary.starts_with("assumed, and not shown"), "{:?}", planned.findings);
    let overlap = || on(seen(), network("10.1.0.0/16", "10.0.0.0/8"), network("10.1.0.0/16", "10.0.0.0/8"));
    for asked in [in_way(Way::Flat), assumed] {
        assert_eq!(refusals(&overlap(), &asked), [("flat-network", Severity::Error)]);
    }
}

#[test]
fn a_cluster_that_goes_past_the_gateway_unasked_needs_a_flat_network_too() {
    let exported = labelled(&[(names::EXPORTED, "true")], MANAGER, "Apply");
    let both = || {
        let consumers =
            ["apps", "edge"].map(|name| (name, consumer(vec![default_link("infra")]))).into_iter().collect();
        mesh(exported.clone(), consumers)
    };
    let to_apps = Wanted { consumers: vec![cluster("apps")], ..in_way(Way::Flat) };
    assert_eq!(networks_needed(&both(), &to_apps), ["apps", "edge", "infra"].map(cluster));
    let mut seen = flat(both());
    seen.networks.insert(cluster("edge"), network("10.3.0.0/16", "192.168.0.0/16"));
    let refused = plan(&seen, &to_apps).unwrap_err();
    let errors: Vec<_> = refused.iter().filter(|one| one.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{refused:?}");
    assert_eq!((errors[0].check, &errors[0].clusters[1]), ("flat-network", &cluster("edge")));
    let planned = plan(&seen, &Wanted { routability: Routability::Assumed, ..to_apps }).unwrap();
    let effects: Vec<_> = planned.side_effects.iter().map(|one| (one.cluster.as_str(), one.effect)).collect();
    assert_eq!(effects, [("edge", Effect::ToFlat)]);
}

#[test]
fn a_refusal_for_want_of_a_flat_network_says_the_command_that_assumes_one() {
    let again = Again { flags: vec!["--mode=flat".into()], ..Again::default() };
    let findings =
        plan(&not_shown(with_apps(service())), &Wanted { again, ..in_way(Way::Flat) }).unwrap_err();
    let command = findings[0].remedy.clone().unwrap().command.unwrap();
    assert!(command.starts_with("kubectl mesh-export svc/postgres-rw "), "{command}");
    assert!(command.ends_with("--mode=flat --assume-routable"), "{command}");
}

#[test]
fn a_network_that_cannot_be_seen_leaves_the_answer_open() {
    let obstacle = Obstacle::Forbidden {
        verb: "list".into(),
        resource: "nodes".into(),
        namespace: None,
        message: String::new(),
    };
    let hidden = NetworkSeen { nodes: Observed::Unknown(obstacle), ..network("10.2.0.0/16", "10.0.0.0/8") };
    let seen = |apps| {
        on(mesh(service(), vec![("apps", apps)]), network("10.1.0.0/16", "10.0.0.0/8"), hidden.clone())
    };
    let explicit = plan(&seen(consumer(vec![default_link("infra")])), &in_way(Way::Flat)).unwrap_err();
    assert_eq!((explicit[0].check, explicit[0].severity), ("flat-network", Severity::Unknown));
    assert!(explicit[0].remedy.clone().unwrap().to_string().contains("`list nodes` in apps"));
    assert_eq!(refusals(&seen(gatewayless()), &wanted(&[])), [("gateway-mode", Severity::Unknown)]);
}

#[test]
fn without_a_gateway_a_flat_network_that_is_shown_is_taken_and_another_one_explained() {
    let seen = || mesh(service(), vec![("apps", gatewayless())]);
    assert_eq!(networks_needed(&seen(), &wanted(&[])), [cluster("apps"), cluster("infra")]);
    let planned = plan(&flat(seen()), &wanted(&[])).unwrap();
    assert_eq!(ways(&planned), [Way::Flat]);
    let findings = plan(&not_shown(seen()), &wanted(&[])).unwrap_err();
    assert_eq!((findings.len(), findings[0].check), (1, "gateway-mode"));
    assert!(findings[0].summary.contains("its selector is empty"), "{}", findings[0].summary);
    assert!(findings[0].summary.contains("a flat network is not shown"), "{}", findings[0].summary);
    let remedy = findings[0].remedy.clone().unwrap().to_string();
    assert!(remedy.contains("--mode flat --assume-routable"), "{remedy}");
}

#[test]
fn an_ordinary_export_asks_for_no_network() {
    assert_eq!(networks_needed(&with_apps(service()), &wanted(&[])), []);
    assert_eq!(networks_needed(&with_apps(service()), &in_way(Way::Gateway)), []);
    assert_eq!(
        networks_needed(&with_apps(service()), &in_way(Way::Flat)),
        [cluster("apps"), cluster("infra")]
    );
}

#[test]
fn a_link_that_mirrors_for_no_flat_network_is_named_with_its_field() {
    let mut link: LinkSeen = default_link("infra");
    link.link.remote_discovery_selector = LabelSelector::default();
    let seen = flat(mesh(service(), vec![("apps", consumer(vec![link]))]));
    let findings = plan(&seen, &in_way(Way::Flat)).unwrap_err();
    let errors: Vec<_> = findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert_eq!((errors.len(), errors[0].check), (1, "flat-mode"));
    assert_eq!(errors[0].evidence[0].field, "spec.remoteDiscoverySelector");
}

#[test]
fn whatever_the_labels_were_they_satisfy_the_way_that_was_asked_for() {
    let values = [None, Some("true"), Some("remote-discovery"), Some("other")];
    for (value, way) in values.into_iter().flat_map(|value| Way::ALL.map(|way| (value, way))) {
        let mut service = service();
        service.labels.extend(value.map(|value| (names::EXPORTED.to_owned(), value.to_owned())));
        let before = service.labels.clone();
        let planned = plan(&flat(with_apps(service)), &in_way(way)).unwrap();
        let after = planned.plan.steps().iter().fold(before.clone(), |labels: Labels, step| {
            let Change::Apply { set, removed, .. } = &step.action else { panic!("{:?}", step.action) };
            after_set(&labels, set, removed)
        });
        let link = default_link("infra").link;
        assert!(link.goes(&after, way), "{value:?} {way:?} {after:?}");
        // Who asks for a federated Service keeps the mirror that is there.
        assert!(way != Way::Federated || link.way(&after) == link.way(&before), "{value:?} {after:?}");
    }
}
