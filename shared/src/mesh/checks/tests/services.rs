//! What is exported.

use super::*;
use crate::mesh::snapshot::Port;

fn port(name: &str, port: u16, protocol: &str) -> Vec<Port> {
    vec![Port { name: name.into(), port, protocol: protocol.into(), ..Port::default() }]
}

#[test]
fn they_have_tcp_ports_and_addresses_of_their_own() {
    let outer = |bed: &mut Bed| bed.service.service_type = "ExternalName".into();
    assert_eq!(broken(outer), error("export-shape"));
    assert_eq!(broken(|bed| bed.service.ports.clear()), error("export-shape"));
    assert_eq!(broken(|bed| bed.service.ports = port("dns", 53, "UDP")), warning("export-protocol"));
}

#[test]
fn a_server_that_speaks_first_is_opaque() {
    let annotate = |value: &'static str| {
        move |bed: &mut Bed| {
            bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", value)]);
        }
    };
    assert_eq!(broken(annotate("3306")), warning("opaque-ports"), "it replaces the default");
    assert_eq!(broken(annotate("5000-6000")), vec![]);
    assert_eq!(broken(|bed| bed.service.ports = port("postgres", 15432, "TCP")), warning("opaque-ports"));
}

#[test]
fn labels_that_mean_something_to_others_are_left_out() {
    let owned = |bed: &mut Bed| {
        bed.service.labels.insert("cnpg.io/cluster".into(), "postgres".into());
    };
    assert_eq!(broken(owned), warning("copied-labels"));
    let excluded = |bed: &mut Bed| {
        owned(bed);
        bed.link.excluded.labels = vec!["cnpg.io/*".into()];
    };
    assert_eq!(broken(excluded), vec![]);
}

#[test]
fn a_headless_service_is_mirrored_as_its_controller_is_told() {
    let headless = |way: Way, flag: Option<&'static str>| {
        broken(move |bed| {
            bed.service.is_headless = true;
            bed.way = way;
            in_list(&mut bed.here.deployments)[0].arguments.splice(1..1, flag.map(str::to_owned));
        })
    };
    let told = vec![("export-headless", Severity::Info)];
    assert_eq!(headless(Way::Gateway, None), warning("export-headless"));
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services=false")), warning("export-headless"));
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services")), told);
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services=true")), told);
    assert_eq!(headless(Way::Flat, Some("-enable-headless-services")), error("export-headless"));
    assert_eq!(headless(Way::Flat, None), told, "pods have no names of their own there");
    assert_eq!(headless(Way::Federated, None), error("federated-mode"));
    let hidden = broken(|bed| {
        bed.service.is_headless = true;
        bed.here.deployments = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(hidden, [("not-looked-at-here", Severity::Info)]);
}

#[test]
fn a_namespace_that_the_controller_makes_need_not_be_there() {
    let without = |flag: Option<&'static str>| {
        broken(move |bed| {
            bed.namespace = Observed::Absent;
            in_list(&mut bed.here.deployments)[0].arguments.splice(1..1, flag.map(str::to_owned));
            let Observed::Present(rights) = &mut bed.here.rights else { panic!("seen") };
            let rules = in_list(&mut rights.cluster_roles).iter_mut().flat_map(|role| &mut role.rules);
            let namespaces = rules.filter(|rule| rule.resources == ["namespaces"]);
            namespaces.for_each(|rule| rule.verbs.push("create".into()));
        })
    };
    assert_eq!(without(None), error("namespace-missing"));
    assert_eq!(without(Some("-enable-namespace-creation=true")), [("namespace-missing", Severity::Info)]);
}
