//! What policies let through.

use super::*;
use crate::mesh::machinery::{Authorization, Identities, Reference, Server};
use crate::terms::LabelSelector;

const GATEWAY: &str = "linkerd-multicluster";

fn policies(bed: &mut Bed) -> &mut Policies {
    let Observed::Present(policies) = &mut bed.there.policies else { panic!("the healthy mesh is seen") };
    policies
}

fn server(namespace: &str, app: &str, port: &str) -> Server {
    let pods = LabelSelector { match_labels: labels(&[("app", app)]), match_expressions: vec![] };
    Server {
        namespace: namespace.into(),
        name: format!("{app}-{port}"),
        pods: Some(pods),
        port: port.into(),
        ..Server::default()
    }
}

/// A Server for the database, and whom a policy for it lets in.
fn guarded(bed: &mut Bed, port: &str, account: &str) {
    let server = server("databases", "postgres", port);
    let target =
        Reference { kind: "Server".into(), namespace: "databases".into(), name: server.name.clone() };
    let who = Reference { kind: "ServiceAccount".into(), namespace: GATEWAY.into(), name: account.into() };
    let policy =
        Authorization { namespace: "databases".into(), name: "who".into(), target, required: vec![who] };
    let policies = policies(bed);
    policies.servers.push(server);
    policies.authorizations.push(policy);
}

#[test]
fn the_gateway_has_one_server_that_looks_and_lets_in() {
    let gateway = |change: fn(&mut Policies)| broken(|bed| change(policies(bed)));
    assert_eq!(gateway(|all| all.authorizations.clear()), error("gateway-policy"));
    assert_eq!(
        gateway(|all| all.identities.clear()),
        error("gateway-policy"),
        "it requires what is not there"
    );
    assert_eq!(gateway(|all| all.servers[0].protocol = "HTTP/1".into()), error("gateway-policy"));
    assert_eq!(
        gateway(|all| all.servers.push(server(GATEWAY, "linkerd-gateway", "4143"))),
        error("gateway-policy")
    );
    let other = |all: &mut Policies| all.identities[0].identities = vec!["*.other.example".into()];
    assert_eq!(gateway(other), error("gateway-policy"), "clients have another trust domain");
    let some = |all: &mut Policies| all.identities[0].identities = vec!["web.shop.mesh.example".into()];
    assert_eq!(gateway(some), vec![], "some clients are let in, on purpose");
    assert_eq!(gateway(|all| all.servers.push(server(GATEWAY, "other", "4143"))), vec![]);
    assert_eq!(gateway(|all| all.servers[0].access = "all-authenticated".into()), vec![]);
}

#[test]
fn without_a_server_the_default_holds() {
    let by_default = |policy: Option<&str>| {
        broken(|bed| {
            policies(bed).servers.clear();
            in_list(&mut bed.there.pods)[0].inbound_policy = policy.map(str::to_owned);
        })
    };
    assert_eq!(by_default(Some("deny")), error("gateway-policy"));
    assert_eq!(by_default(Some("all-authenticated")), vec![]);
    assert_eq!(by_default(None), vec![]);
    let annotation = labels(&[("config.linkerd.io/default-inbound-policy", "all-unauthenticated")]);
    let set = |bed: &mut Bed| {
        let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
        settings.inbound_policy = Some("deny".into());
        in_list(&mut bed.there.backends)[0].inbound_policy = Some("all-unauthenticated".into());
    };
    let own = broken(|bed| {
        policies(bed).servers.clear();
        set(bed);
        in_list(&mut bed.there.backends)[0].annotations = annotation.clone();
    });
    assert_eq!(own, error("gateway-policy"));
    assert_eq!(broken(set), warning("backend-policy"), "pods that run are told of it");
}

#[test]
fn the_probe_comes_by_the_path_that_the_kubelet_asks_for() {
    let path = |path: &str| broken(|bed| bed.link.gateway.probe.path = path.into());
    assert_eq!((path("/live"), path("/health")), (vec![], error("probe-policy")));
    let back = |annotated: &str| {
        let action = action(|bed| {
            bed.link.gateway.probe.path = "/health".into();
            let said = labels(&[("mirror.linkerd.io/probe-path", annotated)]);
            in_list(&mut bed.there.services)[0].annotations.extend(said);
        });
        action.contains("set gateway.probe.path back to ")
    };
    assert!(back("/health"), "the next Link would have it, too");
    assert!(!back("/live"));
    let not_told = broken(|bed| {
        bed.link.gateway.probe.path = "/health".into();
        in_list(&mut bed.there.pods)[0].probed.clear();
    });
    assert_eq!(not_told, vec![]);
    let twice = |bed: &mut Bed| policies(bed).servers.push(server(GATEWAY, "linkerd-gateway", "4191"));
    assert_eq!(broken(twice), error("probe-policy"));
    let past = |bed: &mut Bed| {
        bed.way = Way::Flat;
        policies(bed).authorizations.clear();
    };
    assert_eq!(broken(past), vec![], "nobody goes through it");
}

#[test]
fn backends_let_the_gateway_in() {
    assert_eq!(broken(|bed| guarded(bed, "5432", "linkerd-gateway")), vec![]);
    assert_eq!(
        broken(|bed| guarded(bed, "postgresql", "web")),
        error("backend-policy"),
        "by the port's name"
    );
    assert_eq!(broken(|bed| guarded(bed, "9187", "web")), vec![], "another port");
    let other = |bed: &mut Bed| {
        guarded(bed, "5432", "web");
        in_list(&mut bed.there.backends)[0].labels = labels(&[("app", "other")]);
    };
    assert_eq!(broken(other), vec![], "pods of another Service");
    let bare = |bed: &mut Bed| {
        guarded(bed, "5432", "web");
        in_list(&mut bed.there.backends)[0].is_meshed = false;
    };
    assert_eq!(broken(bare), vec![], "no proxy, no policy");
    let deny = |bed: &mut Bed| in_list(&mut bed.there.backends)[0].inbound_policy = Some("deny".into());
    assert_eq!(broken(deny), error("backend-policy"));
    let twice = |bed: &mut Bed| {
        guarded(bed, "5432", "linkerd-gateway");
        policies(bed).servers.push(server("databases", "postgres", "postgresql"));
    };
    assert_eq!(broken(twice), warning("backend-policy"));
}

#[test]
fn backends_know_the_gateway_by_what_it_is_whatever_the_link_says() {
    let wrong = || IDENTITY.replace("mesh.example", "cluster.local");
    let admitting = |admitted: String| {
        broken(move |bed| {
            bed.link.gateway.identity = wrong();
            guarded(bed, "5432", "web");
            let (namespace, name) = ("databases".to_owned(), "gateway".to_owned());
            let who = Reference { kind: "MeshTLSAuthentication".into(), namespace, name };
            let (namespace, name) = (who.namespace.clone(), who.name.clone());
            policies(bed).authorizations.last_mut().unwrap().required = vec![who];
            let identities = Identities { namespace, name, identities: vec![admitted], accounts: vec![] };
            policies(bed).identities.push(identities);
        })
    };
    assert_eq!(admitting(IDENTITY.into()), error("gateway-identity"), "the Link alone is wrong");
    let both = [error("gateway-identity"), error("backend-policy")].concat();
    assert_eq!(admitting(wrong()), both, "nobody has that identity");
}

#[test]
fn the_policy_that_lets_the_gateway_in_is_offered() {
    let mut bed = Bed::healthy();
    guarded(&mut bed, "5432", "web");
    let finding = bed.findings().remove(0);
    assert_eq!(
        finding.summary,
        "the Server postgres-5432 denies the gateway (linkerd-multicluster/linkerd-gateway) access on port 5432: no \
         AuthorizationPolicy admits them"
    );
    let command = finding.remedy.unwrap().command.unwrap();
    let (json, apply) = command.strip_prefix("echo '").unwrap().split_once("' | ").unwrap();
    assert_eq!(apply, "kubectl --context infra-admin apply -f -");
    let list: serde_json::Value = serde_json::from_str(json).unwrap();
    let policy = &list["items"][0];
    assert_eq!(
        policy["metadata"],
        serde_json::json!({"name": "postgres-5432-from-apps", "namespace": "databases"})
    );
    let who =
        serde_json::json!([{"kind": "ServiceAccount", "namespace": GATEWAY, "name": "linkerd-gateway"}]);
    assert_eq!(policy["spec"]["requiredAuthenticationRefs"], who);
}

#[test]
fn past_the_gateway_the_clients_themselves_come() {
    let flat = |bed: &mut Bed| {
        bed.way = Way::Flat;
        guarded(bed, "5432", "linkerd-gateway");
    };
    assert_eq!(broken(flat), error("backend-policy"), "nobody of them is the gateway");
    let other = |bed: &mut Bed| {
        flat(bed);
        policies(bed).authorizations.iter_mut().for_each(|one| {
            one.required.iter_mut().filter(|one| one.name == "linkerd-gateway").for_each(|one| {
                one.namespace = "databases".into();
            });
        });
    };
    assert_eq!(broken(other), vec![], "of one trust domain, an account may be theirs");
    let mut bed = Bed::healthy();
    flat(&mut bed);
    let Observed::Present(settings) = &mut bed.here.settings else { panic!("seen") };
    settings.trust_domain = Some("apps.example".into());
    let finding = bed.findings().remove(0);
    assert_eq!(finding.check, "backend-policy");
    let command = finding.remedy.unwrap().command.unwrap();
    assert!(command.contains(r#""identities":["*.apps.example"]"#), "{command}");
}

#[test]
fn policies_that_cannot_be_read_are_named() {
    let hidden = broken(|bed| {
        bed.there.policies = Observed::Unknown(Obstacle::Unauthorized);
        bed.there.backends = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(hidden, [("not-looked-at", Severity::Info)]);
    let none = broken(|bed| (bed.there.policies, bed.there.backends) = (Observed::Absent, Observed::Absent));
    assert_eq!(none, vec![], "a cluster without these kinds");
}

#[test]
fn what_is_offered_is_a_server_as_the_linkerd_there_has_it() {
    let offered = |version: &'static str, access: &'static str| {
        let mut bed = Bed::healthy();
        in_list(&mut bed.there.settings).version = Some(version.into());
        in_list(&mut bed.here.settings).version = Some(version.into());
        in_list(&mut bed.there.backends)[0].inbound_policy = Some(access.into());
        bed.way = Way::Flat;
        in_list(&mut bed.here.pods)[0].address = "203.0.113.7".into();
        let found = bed.findings();
        let finding = found.iter().find(|one| one.check == "backend-policy").unwrap();
        finding.remedy.as_ref().unwrap().to_string()
    };
    let says = |version, access, words: &[&str]| {
        let said = offered(version, access);
        words.iter().map(|words| said.contains(words)).collect::<Vec<_>>()
    };
    let words = ["policy.linkerd.io/v1beta1", "accessPolicy", "and every other client"];
    assert_eq!(says("stable-2.14.10", "deny", &words), [true, false, false]);
    assert_eq!(says("stable-2.14.10", "cluster-authenticated", &words), [true, false, true]);
    assert_eq!(says("edge-25.4.4", "cluster-authenticated", &words), [false, true, false]);
}
