//! What keeps clients from a mirror, and whom policies name in their place.

use super::near::{at, fence, from};
use super::*;
use crate::mesh::machinery::{
    Authorization, Client, Fence, Identities, Networks, Opening, Peer, Pod, Reference, Route, Server,
};
use crate::mesh::network::Cidr;
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{Kind, LabelSelector};

const NETWORK: &str = "client-network-policy";
const GATEWAY: &str = "linkerd-multicluster";

/// What is found where a pod of the consumer names the mirror.
pub(super) fn found(change: impl FnOnce(&mut Bed), client: impl FnOnce(&mut Pod)) -> Vec<Finding> {
    let mut bed = Bed::healthy();
    in_list(&mut bed.there.backends)[0].address = "10.1.0.7".into();
    change(&mut bed);
    let namespace = "databases".to_owned();
    let mut pod = Pod { namespace, name: "app-0".into(), is_meshed: true, ..Pod::default() };
    (pod.labels, pod.address) = (labels(&[("app", "app")]), "10.2.0.9".into());
    client(&mut pod);
    let ask_all = |seen: &MeshSeen| {
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(seen, &[routed], &exported(), &bed.service);
        let mirror = targets[0].mirror.clone();
        (ask(seen, &exported(), &bed.service, &targets), mirror)
    };
    let mirror = ask_all(&bed.seen()).1;
    let seen = bed.seen_with(|apps| {
        apps.clients = Observed::Present(vec![Client { pod, mirrors: [mirror].into() }]);
    });
    ask_all(&seen).0
}

pub(super) fn of(change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    found(change, |_| ()).iter().map(|finding| (finding.check, finding.severity)).collect()
}

fn out(app: &str, openings: Vec<Opening>) -> Fence {
    let pods = match app {
        "" => LabelSelector::default(),
        app => LabelSelector { match_labels: labels(&[("app", app)]), ..LabelSelector::default() },
    };
    let control = at(Some(vec![from("linkerd")]), &["8080", "8086", "8090"]);
    let dns = Opening { ports: Some(vec![]), ..Opening::default() };
    let egress = Some([vec![control, dns], openings].concat());
    Fence { pods, ingress: None, egress, ..fence("databases", "", Opening::default()) }
}

pub(super) fn range(text: &str) -> Vec<Peer> {
    vec![Peer::Range(Cidr::read(text).unwrap(), vec![])]
}

#[test]
fn who_names_the_mirror_and_is_shut_in_is_told_of() {
    let shut = |app: &'static str, peers: Vec<Peer>| {
        of(|bed| in_list(&mut bed.here.fences).push(out(app, vec![at(Some(peers), &["4143"])])))
    };
    assert_eq!(shut("app", range("10.9.0.0/16")), warning(NETWORK));
    assert_eq!(shut("app", range("203.0.113.0/24")), vec![], "it is let to the gateway");
    assert_eq!(shut("other", range("10.9.0.0/16")), vec![], "another pod is meant");
    let unmeshed =
        found(|bed| in_list(&mut bed.here.fences).push(out("app", vec![])), |pod| pod.is_meshed = false);
    assert!(unmeshed.iter().all(|one| one.check != NETWORK), "it gets nowhere without a proxy");
}

#[test]
fn past_the_gateway_clients_go_to_pods() {
    let flat = |app: &'static str, peers: Vec<Peer>, port: &'static str| {
        of(|bed| {
            bed.way = Way::Flat;
            in_list(&mut bed.here.fences).push(out(app, vec![at(Some(peers), &[port])]));
        })
    };
    assert_eq!(flat("", range("203.0.113.0/24"), "4143"), warning(NETWORK), "to the gateway alone");
    assert_eq!(flat("app", range("203.0.113.0/24"), "4143"), warning(NETWORK));
    assert_eq!(flat("", range("10.1.0.0/16"), "9999"), warning(NETWORK), "another port");
    assert_eq!(flat("", vec![from("databases")], "4143"), warning(NETWORK), "pods of its own cluster");
    assert_eq!(flat("", range("10.1.0.0/16"), "4143"), vec![]);
    assert_eq!(flat("", range("10.1.0.0/16"), "5432"), warning(NETWORK), "what is opaque goes to proxies");
    assert_eq!(flat("other", range("203.0.113.0/24"), "4143"), vec![]);
    let unknown = of(|bed| {
        bed.way = Way::Flat;
        in_list(&mut bed.there.backends)[0].address = String::new();
        in_list(&mut bed.here.fences).push(out("", vec![at(Some(range("203.0.113.0/24")), &["4143"])]));
    });
    assert_eq!(unknown, vec![], "where nobody knows the addresses every range may be theirs");
    let connected = of(|bed| {
        bed.way = Way::Flat;
        let Observed::Present(cilium) = &mut bed.here.cilium else { panic!("seen") };
        cilium.mesh = Observed::Present(());
        in_list(&mut bed.here.fences).push(out("", vec![at(Some(vec![from("databases")]), &["4143"])]));
    });
    assert_eq!(connected, vec![], "Cilium may know them by their labels");
}

fn refer(kind: &str, namespace: &str, name: &str) -> Reference {
    Reference { kind: kind.into(), namespace: namespace.into(), name: name.into() }
}

/// A Server for the database with a policy about this.
fn guarded(bed: &mut Bed, target: Reference, required: Vec<Reference>) {
    let pods = LabelSelector { match_labels: labels(&[("app", "postgres")]), ..LabelSelector::default() };
    let server = Server {
        namespace: "databases".into(),
        name: "postgres".into(),
        pods: Some(pods),
        port: "5432".into(),
        ..Server::default()
    };
    let Observed::Present(policies) = &mut bed.there.policies else { panic!("seen") };
    policies.servers.push(server);
    let name = "who".to_owned();
    policies.authorizations.push(Authorization { namespace: "databases".into(), name, target, required });
    let identity = |name: &str, identity: &str| Identities {
        namespace: "databases".into(),
        name: name.into(),
        identities: vec![identity.into()],
        accounts: vec![],
    };
    policies.identities.push(identity("gateway", IDENTITY));
    policies.identities.push(identity("app", "app.databases.serviceaccount.identity.linkerd.mesh.example"));
    for (name, range) in [("infra", "10.1.0.0/16"), ("apps", "10.2.0.0/16")] {
        let (namespace, ranges) = ("databases".to_owned(), vec![(range.to_owned(), vec![])]);
        policies.networks.push(Networks { namespace, name: name.to_owned(), ranges });
    }
}

#[test]
fn past_the_gateway_nobody_comes_as_the_gateway() {
    let flat = |required: Reference| {
        of(|bed| {
            bed.way = Way::Flat;
            guarded(bed, refer("Server", "databases", "postgres"), vec![required]);
        })
    };
    assert_eq!(flat(refer("ServiceAccount", GATEWAY, "linkerd-gateway")), error("backend-policy"));
    assert_eq!(flat(refer("MeshTLSAuthentication", "databases", "gateway")), error("backend-policy"));
    assert_eq!(flat(refer("MeshTLSAuthentication", "databases", "app")), vec![]);
    assert_eq!(flat(refer("ServiceAccount", "databases", "app")), vec![], "of the same trust domain");
    let through = of(|bed| {
        let required = vec![refer("ServiceAccount", GATEWAY, "linkerd-gateway")];
        guarded(bed, refer("Server", "databases", "postgres"), required);
    });
    assert_eq!(through, vec![], "it does where they come through it");
    let by_address = |name: &str| flat(refer("NetworkAuthentication", "databases", name));
    assert_eq!(by_address("infra"), warning("backend-policy"));
    assert_eq!(by_address("apps"), vec![]);
}

#[test]
fn a_policy_for_a_route_counts_where_the_server_has_it() {
    let with = |parent: &'static str, name: &'static str, change: fn(&mut Bed)| {
        of(|bed| {
            let required = vec![refer("ServiceAccount", GATEWAY, "linkerd-gateway")];
            guarded(bed, refer("HTTPRoute", "databases", "reads"), required);
            in_list(&mut bed.there.routes).push(Route {
                kind: Kind::HttpRoute,
                group: "policy.linkerd.io".into(),
                namespace: "databases".into(),
                name: name.into(),
                parents: vec![refer("Server", "databases", parent)],
                backends: vec![],
                mirrors: None,
            });
            change(bed);
        })
    };
    assert_eq!(with("postgres", "reads", |_| ()), vec![]);
    assert_eq!(with("other", "reads", |_| ()), error("backend-policy"), "it is of another Server");
    assert_eq!(with("postgres", "writes", |_| ()), error("backend-policy"), "it is not there");
    assert_eq!(with("other", "reads", |bed| bed.there.has_old_routes = true), vec![], "not all were seen");
    assert_eq!(with("other", "reads", |bed| bed.there.routes = Observed::Absent), vec![]);
}

#[test]
fn a_gateway_that_lets_in_by_address_lets_in_those_of_the_consumer_where_they_are_kept() {
    let ranges = |range: &'static str, change: fn(&mut Bed)| {
        of(|bed| {
            let gateway = &mut in_list(&mut bed.there.services)[0];
            gateway.is_local = true;
            in_list(&mut bed.there.pods)[0].host = "198.51.100.1".into();
            in_list(&mut bed.here.pods)[0].host = "192.168.20.11".into();
            let Observed::Present(policies) = &mut bed.there.policies else { panic!("seen") };
            policies.networks[0].ranges = vec![(range.into(), vec![])];
            change(bed);
        })
    };
    assert_eq!(ranges("172.16.0.0/12", |_| ()), warning("gateway-policy"));
    assert_eq!(ranges("192.168.20.0/24", |_| ()), vec![], "those of its nodes");
    assert_eq!(ranges("10.2.0.0/16", |_| ()), vec![], "or of its pods");
    assert_eq!(ranges("203.0.113.0/24", |_| ()), vec![], "something translates private ones to public ones");
    let by_nodes = |bed: &mut Bed| in_list(&mut bed.there.services)[0].is_local = false;
    assert_eq!(
        ranges("172.16.0.0/12", by_nodes),
        warning("gateway-policy"),
        "nor are they of nodes on the way"
    );
    let by_known = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].is_local = false;
        in_list(&mut bed.there.pods)[0].host = "172.16.1.1".into();
    };
    assert_eq!(ranges("172.16.0.0/12", by_known), vec![], "they come from nodes of the exporter");
}

#[test]
fn what_cilium_reads_for_a_protocol_lets_through_nothing_that_proxies_send() {
    let read = |port: &'static str, protocol: Option<&'static str>, change: fn(&mut Bed)| {
        of(|bed| {
            let opening = Opening { protocol, ..at(Some(vec![from(GATEWAY)]), &[port]) };
            let own = fence("databases", "postgres", opening);
            in_list(&mut bed.there.fences).push(Fence { kind: Kind::CiliumNetworkPolicy, ..own });
            change(bed);
        })
    };
    let check = "backend-network-policy";
    assert_eq!(read("4143", Some("HTTP"), |_| ()), error(check));
    assert_eq!(read("4143", None, |_| ()), vec![]);
    let unmeshed = |bed: &mut Bed| in_list(&mut bed.there.backends)[0].is_meshed = false;
    assert_eq!(read("5432", Some("HTTP"), unmeshed), vec![], "without a proxy it comes in the clear");
    let beside = |bed: &mut Bed| {
        let all = at(None, &["4143"]);
        in_list(&mut bed.there.fences).push(fence("databases", "postgres", all));
    };
    assert_eq!(read("4143", Some("HTTP"), beside), vec![], "another policy lets it through as it is");
}
