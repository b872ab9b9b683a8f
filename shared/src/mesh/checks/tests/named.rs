//! Policies that let in some alone: by what they are called, and by where they come from.

use super::*;
use crate::mesh::machinery::{Authorization, Client, Identities, Pod, Reference, Server};
use crate::mesh::samples::{selecting, service};
use crate::mesh::snapshot::{Key, MeshSeen};

fn policies(bed: &mut Bed) -> &mut Policies {
    let Observed::Present(policies) = &mut bed.there.policies else { panic!("the healthy mesh is seen") };
    policies
}

/// What is found where a pod of this account names the mirror.
fn of(account: &str, change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let targets = |seen: &MeshSeen| {
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        of_service(seen, &[routed], &exported(), &bed.service)
    };
    let mirror = targets(&bed.seen())[0].mirror.clone();
    let (namespace, name) = ("databases".to_owned(), "app-0".to_owned());
    let pod = Pod { namespace, name, account: account.into(), is_meshed: true, ..Pod::default() };
    let seen = bed.seen_with(|apps| {
        let own = labels(&[("mirror.linkerd.io/cluster-name", bed.link.target_cluster_name.as_str())]);
        let Observed::Present(services) = &mut apps.services else { panic!("they are seen") };
        services.by_key.insert(Key::new("databases", &mirror), ServiceSeen { labels: own, ..service() });
        apps.clients = Observed::Present(vec![Client { pod, mirrors: [mirror].into() }]);
    });
    let found = ask(&seen, &exported(), &bed.service, &targets(&seen));
    let found = found.iter().filter(|one| ["gateway-policy", "backend-policy"].contains(&one.check));
    found.map(|one| (one.check, one.severity)).collect()
}

/// One account of the namespace of the mirror.
const WEB: &str = "web.databases.serviceaccount.identity.linkerd.mesh.example";

#[test]
fn a_gateway_that_lets_in_none_of_the_clients_that_are_known_is_told_of() {
    let gateway = |account: &str, identities: &[&str]| {
        let identities = identities.iter().map(|one| (*one).to_owned()).collect();
        of(account, |bed| policies(bed).identities[0].identities = identities)
    };
    assert_eq!(gateway("app", &[WEB]), warning("gateway-policy"));
    assert_eq!(gateway("web", &[WEB]), vec![]);
    assert_eq!(gateway("app", &["*.mesh.example"]), vec![]);
    assert_eq!(gateway("", &[WEB]), vec![], "nobody knows what it is called");
    assert_eq!(broken(|bed| policies(bed).identities[0].identities = vec![WEB.into()]), vec![]);
}

#[test]
fn pods_past_the_gateway_know_clients_by_what_they_are_called() {
    let flat = |account: &str| {
        of(account, |bed| {
            bed.way = Way::Flat;
            let refer = |kind: &str, name: &str| Reference {
                kind: kind.into(),
                namespace: "databases".into(),
                name: name.into(),
            };
            let all = policies(bed);
            all.servers.push(Server {
                namespace: "databases".into(),
                name: "postgres".into(),
                pods: Some(selecting(&[("app", "postgres")])),
                port: "5432".into(),
                ..Server::default()
            });
            all.authorizations.push(Authorization {
                namespace: "databases".into(),
                name: "postgres".into(),
                target: refer("Server", "postgres"),
                required: vec![refer("MeshTLSAuthentication", "web")],
            });
            all.identities.push(Identities {
                namespace: "databases".into(),
                name: "web".into(),
                identities: vec![WEB.into()],
                accounts: vec![],
            });
        })
    };
    assert_eq!(flat("app"), warning("backend-policy"));
    assert_eq!(flat("web"), vec![]);
}

/// The addresses of pods and nodes: of the gateway, and of the service mirror.
fn placed(bed: &mut Bed) {
    let gateway: &mut Pod = &mut in_list(&mut bed.there.pods)[0];
    (gateway.host, gateway.address) = ("10.1.0.4".into(), "10.1.1.4".into());
    let controller: &mut Pod = &mut in_list(&mut bed.here.pods)[0];
    (controller.host, controller.address) = ("10.2.0.7".into(), "10.2.1.7".into());
}

#[test]
fn who_comes_from_elsewhere_is_not_inside_of_the_cluster() {
    let by_default = |networks: &str, is_local: bool| {
        broken(|bed| {
            placed(bed);
            policies(bed).servers.remove(0);
            in_list(&mut bed.there.pods)[0].inbound_policy = Some("cluster-authenticated".into());
            in_list(&mut bed.there.services)[0].is_local = is_local;
            let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
            settings.networks = Some(vec![networks.into()]);
        })
    };
    assert_eq!(by_default("10.1.0.0/16", true), warning("gateway-policy"));
    assert_eq!(by_default("10.0.0.0/8", true), vec![]);
    assert_eq!(by_default("10.1.0.0/16", false), vec![], "nodes stand for it");
}

#[test]
fn where_nodes_stand_for_all_that_comes_a_range_of_the_consumer_lets_nothing_in() {
    let narrowed = |range: &str, change: fn(&mut Bed)| {
        broken(|bed| {
            placed(bed);
            bed.there.cilium = Observed::Absent;
            in_list(&mut bed.there.services)[0].ports[0].2 = 30143;
            policies(bed).networks[0].ranges = vec![(range.into(), vec![])];
            change(bed);
        })
    };
    assert_eq!(narrowed("10.2.0.0/16", |_| ()), warning("gateway-policy"));
    assert_eq!(narrowed("10.1.0.0/24", |_| ()), vec![]);
    let cilium = |bed: &mut Bed| bed.there.cilium = Bed::healthy().there.cilium;
    assert_eq!(narrowed("10.2.0.0/16", cilium), vec![], "it may leave addresses as they are");
    let direct = |bed: &mut Bed| in_list(&mut bed.there.services)[0].ports[0].2 = 0;
    assert_eq!(narrowed("10.2.0.0/16", direct), vec![], "a load balancer goes to pods themselves");
}
