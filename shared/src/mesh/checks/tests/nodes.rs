//! Who comes by the addresses of nodes, and who is reached at them.

use super::*;
use crate::mesh::machinery::Pod;

/// A gateway on the nodes of the exporter, of which one has a pod, and a Link to these addresses.
fn on_nodes(link: &str, is_local: bool) -> Vec<(&'static str, Severity)> {
    let link = link.to_owned();
    broken(move |bed| {
        let gateway = &mut in_list(&mut bed.there.services)[0];
        (gateway.service_type, gateway.is_local) = ("NodePort".into(), is_local);
        gateway.ingress.clear();
        bed.there.nodes = Observed::Present(["10.9.0.1", "10.9.0.2", "192.0.2.1"].map(str::to_owned).into());
        in_list(&mut bed.there.pods)[0].host = "10.9.0.1".into();
        bed.link.gateway_address = link;
    })
}

#[test]
fn nodes_of_a_link_that_are_gone_are_told_where_others_are_there() {
    let partial = warning("gateway-addresses");
    assert_eq!(on_nodes("10.9.0.1,10.9.0.7", false), partial);
    assert_eq!(on_nodes("10.9.0.1,10.9.0.2", false), vec![]);
    assert_eq!(
        on_nodes("10.9.0.1,198.51.100.7", false),
        vec![],
        "something in front of them, of another kind"
    );
    assert_eq!(on_nodes("10.9.0.7", false), warning("gateway-address"), "none is there");
}

#[test]
fn of_a_load_balancer_one_address_more_is_a_warning_where_the_link_has_one_and_no_node_is_one() {
    let with = |ingress: &[&str], said: &str, host: &str| {
        let (all, said) = (ingress.iter().map(|one| (*one).to_owned()).collect(), said.to_owned());
        let host = host.to_owned();
        broken(move |bed| {
            in_list(&mut bed.there.services)[0].ingress = all;
            in_list(&mut bed.there.pods)[0].host = host;
            bed.link.gateway_address = said;
        })
    };
    let told = vec![("gateway-addresses", Severity::Info)];
    let [one, two, three] = ["203.0.113.10", "203.0.113.11", "203.0.113.12"];
    assert_eq!(with(&[one, two], one, ""), warning("gateway-addresses"));
    assert_eq!(with(&[one, two], one, two), told, "it is a node, and nodes come and go");
    assert_eq!(with(&[one, two, three], "203.0.113.10,203.0.113.11", ""), told, "two are enough");
    assert_eq!(with(&[one, "10.0.0.5"], one, ""), vec![], "a private one beside public ones");
    assert_eq!(with(&["10.0.0.5", one], "10.0.0.5", ""), vec![], "a public one beside private ones");
}

#[test]
fn another_port_of_nodes_that_are_there_is_surely_wrong() {
    let at = |port: u16, is_on_host: bool| {
        broken(move |bed| {
            let gateway = &mut in_list(&mut bed.there.services)[0];
            gateway.service_type = "NodePort".into();
            gateway.ingress.clear();
            gateway.ports[0].2 = port;
            bed.there.nodes = Observed::Present(vec!["10.9.0.1".into()]);
            in_list(&mut bed.there.pods)[0].is_on_host = is_on_host;
            (bed.link.gateway_address, bed.link.gateway.port) = ("10.9.0.1".into(), "30143".into());
        })
    };
    assert_eq!(at(31555, false), error("gateway-address"));
    assert_eq!(at(31555, true), warning("gateway-address"), "a pod may have that port there itself");
    assert_eq!(at(30143, false), vec![]);
}

#[test]
fn nodes_that_hand_on_to_no_other_need_a_pod_of_the_gateway() {
    assert_eq!(on_nodes("10.9.0.2", true), error("gateway-local"));
    assert_eq!(on_nodes("10.9.0.1,10.9.0.2", true), warning("gateway-local"));
    assert_eq!(on_nodes("10.9.0.1", true), vec![]);
    assert_eq!(on_nodes("192.0.2.1", true), vec![], "which node has that address is not known");
    assert_eq!(on_nodes("10.9.0.2", false), vec![], "it hands on");
}

#[test]
fn probes_are_let_in_by_the_address_that_the_gateway_sees() {
    let probed = |range: &str, is_local: bool| {
        let range = range.to_owned();
        broken(move |bed| {
            in_list(&mut bed.there.services)[0].is_local = is_local;
            let gateway: &mut Pod = &mut in_list(&mut bed.there.pods)[0];
            (gateway.host, gateway.address) = ("10.9.0.1".into(), "10.1.0.7".into());
            let controller = &mut in_list(&mut bed.here.pods)[0];
            (controller.host, controller.address) = ("10.8.0.1".into(), "10.2.0.7".into());
            let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
            settings.probe_networks = Some(vec![range]);
        })
    };
    let outside = warning("probe-networks");
    assert_eq!(probed("172.16.0.0/12", true), outside);
    assert_eq!(probed("172.16.0.0/12", false), outside);
    assert_eq!(probed("10.8.0.0/24", true), vec![]);
    assert_eq!(probed("10.9.0.0/24", true), outside, "they keep their own");
    assert_eq!(probed("10.9.0.0/24", false), vec![], "they have that of a node");
    assert_eq!(probed("10.1.0.0/16", false), vec![], "or one of its network");
    assert_eq!(probed("10.8.0.0/24", false), vec![], "some load balancers keep them all the same");
}

#[test]
fn a_load_balancer_may_know_the_consumer_by_the_external_addresses_of_its_nodes() {
    let ranged = |range: &str, externals: &[&str]| {
        let (range, externals) = (range.to_owned(), externals.iter().map(|one| (*one).to_owned()).collect());
        broken(move |bed| {
            in_list(&mut bed.there.services)[0].ranges = vec![range];
            bed.here.externals = externals;
        })
    };
    assert_eq!(ranged("198.51.100.0/24", &["192.0.2.7"]), warning("gateway-ranges"));
    assert_eq!(ranged("198.51.100.0/24", &["192.0.2.7", "198.51.100.7"]), vec![]);
    assert_eq!(ranged("198.51.100.0/24", &[]), vec![], "something translates them");
    let annotated = broken(|bed| {
        let said =
            [("service.beta.kubernetes.io/load-balancer-source-ranges", "198.51.100.0/24, 192.0.2.0/28")];
        in_list(&mut bed.there.services)[0].annotations.extend(labels(&said));
        bed.here.externals = vec!["192.0.2.77".into()];
    });
    assert_eq!(annotated, warning("gateway-ranges"));
}
