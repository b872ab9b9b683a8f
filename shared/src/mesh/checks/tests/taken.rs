//! How pods take their ports and get their proxies, and what of it a roll-out explains.

use super::*;
use crate::mesh::link::{Probe, Way};
use crate::mesh::machinery::{Client, Pod, Server};
use crate::mesh::snapshot::ConsumerSeen;
use crate::terms::LabelSelector;

const OPAQUE: &str = "config.linkerd.io/opaque-ports";

/// Another pod of what made this one.
fn sibling(pod: &Pod, list: Option<&str>) -> Pod {
    let mut other = Pod { name: format!("{}-other", pod.name), ..pod.clone() };
    other.annotations.remove(OPAQUE);
    other.annotations.extend(list.map(|list| (OPAQUE.to_owned(), list.to_owned())));
    other
}

/// A database whose pod has this list of opaque ports, while the Service is opaque by default.
fn listing(list: &str, change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    broken(|bed| {
        bed.service.targets[0].1 = "5432".into();
        let pod = &mut in_list(&mut bed.there.backends)[0];
        pod.annotations.insert(OPAQUE.into(), list.into());
        pod.ports = vec![("sql".into(), 5432)];
        pod.made_as = Some("postgres-".into());
        change(bed);
    })
}

#[test]
fn a_port_is_opaque_by_the_name_that_its_container_gives_it() {
    assert_eq!(listing("9187", |_| ()), warning("pod-ports"));
    assert_eq!(listing("sql", |_| ()), vec![]);
    let other = |bed: &mut Bed| in_list(&mut bed.there.backends)[0].ports[0].1 = 5433;
    assert_eq!(listing("sql", other), warning("pod-ports"), "the name is of another port");
}

#[test]
fn a_pod_that_says_nothing_takes_as_opaque_what_is_so_by_default() {
    let of = |list: &str, is_told: bool| {
        listing("", |bed| {
            let own = if list.is_empty() { labels(&[]) } else { labels(&[(OPAQUE, list)]) };
            bed.service.annotations = own;
            (bed.service.ports[0].port, bed.service.ports[0].name) = (7000, "raw".into());
            bed.service.targets = vec![(7000, "5433".into())];
            let pod = &mut in_list(&mut bed.there.backends)[0];
            pod.annotations.remove(OPAQUE);
            pod.annotations.extend(is_told.then(|| (OPAQUE.to_owned(), "5433".to_owned())));
        })
    };
    assert_eq!(of("7000", false), [("pod-ports", Severity::Info)]);
    assert_eq!(of("7000", true), vec![]);
    assert_eq!(of("", false), vec![], "neither is opaque");
    let usual = listing("", |bed| {
        bed.service.annotations = labels(&[(OPAQUE, "5432")]);
        in_list(&mut bed.there.backends)[0].annotations.remove(OPAQUE);
    });
    assert_eq!(usual, vec![], "by default it is");
}

#[test]
fn a_server_says_it_of_a_port_as_well() {
    let guarded = |protocol: &str| {
        listing("9187", |bed| {
            let labels = in_list(&mut bed.there.backends)[0].labels.clone();
            let pods = LabelSelector { match_labels: labels, ..LabelSelector::default() };
            let server = Server {
                namespace: "databases".into(),
                name: "postgres".into(),
                pods: Some(pods),
                port: "sql".into(),
                protocol: protocol.into(),
                access: "all-unauthenticated".into(),
                ..Server::default()
            };
            let Observed::Present(policies) = &mut bed.there.policies else { panic!("seen") };
            policies.servers.push(server);
        })
    };
    assert_eq!(guarded("opaque"), vec![]);
    assert_eq!(guarded("HTTP/1"), warning("pod-ports"));
}

#[test]
fn pods_that_are_being_replaced_are_not_blamed() {
    let beside = |list: Option<&'static str>, made_as: &'static str| {
        move |bed: &mut Bed| {
            let pods = in_list(&mut bed.there.backends);
            let other = Pod { made_as: Some(made_as.into()), ..sibling(&pods[0], list) };
            pods.push(other);
        }
    };
    assert_eq!(listing("9187", beside(Some("5432"), "postgres-")), vec![]);
    assert_eq!(listing("9187", beside(Some("9187"), "postgres-")), warning("pod-ports"));
    assert_eq!(listing("9187", beside(Some("5432"), "another-")), warning("pod-ports"));
}

#[test]
fn a_client_whose_successor_starts_with_a_proxy_is_not_blamed_and_one_lacks_it_once() {
    let told = |is_ready: bool, is_meshed: bool| {
        let bed = Bed::healthy();
        let mirrors = ["postgres-rw-infra-east", "web-infra-east"].map(str::to_owned).into();
        let made_as = Some("web-".to_owned());
        let pod = Pod {
            namespace: "databases".into(),
            name: "web-a".into(),
            made_as,
            is_ready: true,
            ..Pod::default()
        };
        let next = Pod { name: "web-b".into(), is_ready, is_meshed, ..pod.clone() };
        let client =
            |pod: Pod, mirrors: &std::collections::BTreeSet<String>| Client { pod, mirrors: mirrors.clone() };
        let clients = Observed::Present(vec![client(pod, &mirrors), client(next, &mirrors)]);
        let mut seen = bed.seen();
        seen.consumers =
            seen.consumers.map(|_, one| one.map(|one| ConsumerSeen { clients: clients.clone(), ..one }));
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(&seen, &[routed], &exported(), &bed.service);
        let found = ask(&seen, &exported(), &bed.service, &targets);
        let found = found.into_iter().find(|one| one.check == "client-proxy");
        found.map(|one| one.summary).unwrap_or_default()
    };
    assert_eq!(told(false, true), "");
    let text = "the pod web-a refers to postgres-rw-infra-east, web-infra-east but has no proxy: the gateway refuses it";
    assert_eq!(told(true, true), text, "the other one is there already");
    assert_eq!(told(false, false), text);
}

#[test]
fn the_probe_of_a_gateway_on_nodes_goes_to_its_port_there() {
    let with = |port: &str, address: &str| {
        broken(|bed| {
            assert_eq!(bed.way, Way::Gateway);
            let gateway = &mut in_list(&mut bed.there.services)[0];
            gateway.service_type = "NodePort".into();
            gateway.ingress.clear();
            (gateway.ports[0].2, gateway.ports[1].2) = (30143, 30191);
            bed.there.nodes = Observed::Present(vec!["203.0.113.20".into()]);
            bed.link.gateway_address = address.into();
            bed.link.gateway.port = "30143".into();
            bed.link.gateway.probe = Probe { port: port.into(), ..bed.link.gateway.probe.clone() };
            // The service mirror has followed.
            for service in in_list(&mut bed.here.services) {
                service.ports.iter_mut().for_each(|one| one.1 = port.parse().unwrap());
            }
            for probed in in_list(&mut bed.here.probed) {
                (probed.addresses, probed.ports) = (vec![address.into()], vec![port.parse().unwrap()]);
            }
        })
        .into_iter()
        .filter(|(id, _)| *id == "probe-place")
        .collect::<Vec<_>>()
    };
    assert_eq!(with("30192", "203.0.113.20"), warning("probe-place"));
    assert_eq!(with("30192", "lb.example"), vec![], "what stands in front has ports of its own");
}

#[test]
fn an_account_that_somebody_has_changed_is_changed_back() {
    let remedy = |account: &str, trust: Option<&str>| {
        let mut bed = Bed::healthy();
        for pod in in_list(&mut bed.there.pods).iter_mut().filter(|pod| pod.labels.contains_key("app")) {
            pod.account = account.into();
        }
        if let (Observed::Present(settings), Some(trust)) = (&mut bed.there.settings, trust) {
            settings.trust_domain = Some(trust.into());
        }
        let found = bed.findings().into_iter().find(|one| one.check == "gateway-identity");
        found.and_then(|one| one.remedy).map(|one| one.action).unwrap_or_default()
    };
    assert!(remedy("gw", None).starts_with("run the gateway's pods as ServiceAccount linkerd-gateway"));
    assert!(remedy("linkerd-gateway", Some("other.example")).starts_with("set identityTrustDomain"));
}
