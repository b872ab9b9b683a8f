//! The command that makes a Link and its credentials anew.

use super::*;
use crate::mesh::samples::selecting;
use crate::terms::{LabelSelector, Observed, Requirement, SelectorOperator};

fn command(change: impl FnOnce(&mut Bed)) -> String {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let found = bed.findings();
    let remedy = found.iter().find_map(|one| one.remedy.as_ref().filter(|one| one.command.is_some()));
    let command = remedy.and_then(|one| one.command.clone()).unwrap_or_else(|| panic!("{found:#?}"));
    let (make, apply) = command.split_once(" | ").unwrap_or_else(|| panic!("{command}"));
    assert_eq!(apply, "kubectl --context apps-admin apply -f -");
    let make = make.strip_prefix("linkerd --context infra-admin multicluster ");
    make.unwrap_or_else(|| panic!("{command}")).to_owned()
}

fn expired(bed: &mut Bed) {
    bed.token.as_mut().unwrap().left = Some(-5);
}

fn domain(bed: &mut Bed) {
    bed.link.target_domain = "cluster.local".into();
}

/// On nodes with these addresses.
fn on_nodes(bed: &mut Bed, nodes: &[&str], link: &str) {
    let gateway = &mut in_list(&mut bed.there.services)[0];
    gateway.service_type = "NodePort".into();
    gateway.ingress.clear();
    bed.there.nodes = Observed::Present(nodes.iter().map(|one| (*one).to_owned()).collect());
    bed.link.gateway_address = link.into();
}

const PLAIN: &str = "link-gen --cluster-name infra-east";

#[test]
fn a_gateway_with_a_load_balancer_is_found_by_itself() {
    assert_eq!([command(expired), command(domain)], [PLAIN, PLAIN]);
}

#[test]
fn credentials_that_are_made_anew_leave_the_links_address_as_it_is() {
    let in_front = |bed: &mut Bed| {
        expired(bed);
        bed.link.gateway_address = "front.example".into();
        bed.link.gateway.port = "443".into();
        in_list(&mut bed.there.services)[0].ingress = vec!["back.example".into()];
    };
    assert_eq!(command(in_front), format!("{PLAIN} --gateway-addresses front.example --gateway-port 443"));
    let moved = |bed: &mut Bed| {
        expired(bed);
        in_list(&mut bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
    };
    assert_eq!(command(moved), PLAIN, "one that is surely wrong it does not keep");
}

#[test]
fn a_gateway_on_nodes_is_named_by_them() {
    let of = |nodes: &[&str], link: &str| {
        let command = command(|bed| {
            domain(bed);
            on_nodes(bed, nodes, link);
        });
        command.strip_prefix(PLAIN).unwrap_or_else(|| panic!("{command}")).to_owned()
    };
    let nodes = ["10.9.0.1", "10.9.0.2", "198.51.100.1"];
    assert_eq!(of(&nodes, "10.9.0.2"), " --gateway-addresses 10.9.0.2,10.9.0.1");
    assert_eq!(of(&nodes, "198.51.100.1"), " --gateway-addresses 198.51.100.1");
    assert_eq!(of(&nodes, "gateway.example"), format!(" --gateway-addresses {}", nodes.join(",")));
    assert_eq!(of(&[], "10.9.0.2"), "", "nobody knows any");
}

#[test]
fn a_link_without_gateway_stays_one() {
    let flat = |bed: &mut Bed| {
        bed.way = Way::Flat;
        bed.link.gateway_address.clear();
        expired(bed);
    };
    assert_eq!(command(flat), format!("{PLAIN} --gateway=false"));
}

#[test]
fn what_a_link_was_made_with_it_keeps() {
    let tenant = |bed: &mut Bed| {
        expired(bed);
        bed.link.selector = selecting(&[("tenant", "blue")]);
        let (key, operator) = ("mode".into(), SelectorOperator::In);
        let match_expressions =
            vec![Requirement { key, operator, values: vec!["flat".into(), "pods".into()] }];
        bed.link.remote_discovery_selector = LabelSelector { match_expressions, ..LabelSelector::default() };
        bed.link.federated_service_selector = selecting(&[("tenant", "blue"), ("zone", "1")]);
        bed.link.excluded.labels = vec!["argocd.argoproj.io/*".into(), "team".into()];
        bed.link.excluded.annotations = vec!["external-dns.alpha.kubernetes.io/*".into()];
        bed.token.as_mut().unwrap().account = "apps-reader".into();
    };
    assert_eq!(
        command(tenant),
        format!(
            "{PLAIN} --selector tenant=blue --remote-discovery-selector 'mode in (flat,pods)' --federated-service-selector \
             tenant=blue,zone=1 --excluded-labels 'argocd.argoproj.io/*,team' --excluded-annotations \
             'external-dns.alpha.kubernetes.io/*' --service-account-name apps-reader"
        )
    );
    let nothing = |bed: &mut Bed| {
        expired(bed);
        bed.link.federated_service_selector = selecting(&[]);
    };
    assert_eq!(command(nothing), PLAIN, "what it says nothing of comes with it");
}

#[test]
fn before_service_mirrors_were_values_of_the_chart_they_come_with_the_link() {
    let old = |bed: &mut Bed| {
        expired(bed);
        for side in [&mut bed.here, &mut bed.there] {
            in_list(&mut side.settings).version = Some("stable-2.14.10".into());
        }
    };
    assert_eq!(command(old), "link --cluster-name infra-east");
}

#[test]
fn the_control_plane_reads_credentials_once() {
    let said = action(|bed| {
        expired(bed);
    });
    assert!(said.contains("rollout restart deployment linkerd-destination"), "{said}");
    assert!(action(domain).contains("linkerd-destination"), "they say the domain, too");
    let server = action(|bed| bed.server = "https://127.0.0.1:6443".into());
    assert!(server.contains("rollout restart deployment linkerd-destination"), "{server}");
    let moved = |bed: &mut Bed| in_list(&mut bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
    assert!(!action(moved).contains("linkerd-destination"), "these stay as they are");
}

#[test]
fn mirrors_of_another_domain_are_written_anew_with_their_services() {
    let said = action(domain);
    let touch = "annotate --overwrite services --all-namespaces --selector mirror.linkerd.io/exported=true platform.tools/touched=";
    assert!(said.contains(touch), "{said}");
}
