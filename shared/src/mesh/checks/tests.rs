//! A healthy mesh, and one break after another: exactly the check for it speaks.

mod controllers;
mod gateways;
mod install;
mod installs;
mod policies;
mod rights;
mod services;
mod tokens;

use super::*;
use crate::mesh::export::Routed;
use crate::mesh::export::target::of_service;
use crate::mesh::link::Way;
use crate::mesh::machinery::{
    Deployment, GatewayService, Lease, Pod, Policies, Rights, Role, Rule, Settings, Token,
};
use crate::mesh::samples::{cluster, consumer, default_link, exported, labels, mesh, service};
use crate::mesh::snapshot::NamespaceState;
use crate::terms::{Obstacle, PerCluster};
use crate::verdict::Severity;

const IDENTITY: &str = "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.mesh.example";

/// Both sides as an installation leaves them.
struct Bed {
    here: Machinery,
    there: Machinery,
    token: Option<Token>,
    link: Link,
    service: ServiceSeen,
    server: String,
    namespace: Observed<NamespaceState>,
    way: Way,
}

fn pod(name: &str, own: &[(&str, &str)]) -> Pod {
    Pod {
        namespace: "linkerd-multicluster".into(),
        name: format!("{name}-0"),
        labels: labels(own),
        account: name.into(),
        is_meshed: true,
        is_ready: true,
        ..Pod::default()
    }
}

fn machinery(services: Vec<GatewayService>, deployments: Vec<Deployment>, pods: Vec<Pod>) -> Machinery {
    let lease = Lease {
        name: "service-mirror-write-infra".into(),
        holder: "controller-infra-0".into(),
        duration: 30,
        age: Some(4),
    };
    let settings = Settings {
        cluster_domain: Some("infra.example".into()),
        trust_domain: Some("mesh.example".into()),
        ..Settings::default()
    };
    Machinery {
        namespace: "linkerd-multicluster".into(),
        services: Observed::Present(services),
        deployments: Observed::Present(deployments),
        pods: Observed::Present(pods),
        leases: Observed::Present(vec![lease]),
        settings: Observed::Present(settings),
        rights: Observed::Present(install::rights()),
        policies: Observed::Absent,
        backends: Observed::Absent,
    }
}

impl Bed {
    #[expect(clippy::too_many_lines, reason = "an installation, one object after the other")]
    fn healthy() -> Self {
        let own = [("component", "controller"), ("mirror.linkerd.io/cluster-name", "infra")];
        let controller = Deployment {
            name: "controller-infra".into(),
            labels: labels(&own),
            arguments: vec!["service-mirror".into(), "infra".into()],
            wanted: 1,
            available: 1,
        };
        let probe = GatewayService {
            name: "probe-infra".into(),
            ports: vec![("mc-probe".into(), 4191, 0)],
            ..GatewayService::default()
        };
        let gateway = GatewayService {
            name: "linkerd-gateway".into(),
            annotations: labels(&[("mirror.linkerd.io/gateway-identity", IDENTITY)]),
            service_type: "LoadBalancer".into(),
            ports: vec![("mc-gateway".into(), 4143, 0), ("mc-probe".into(), 4191, 0)],
            ingress: vec!["203.0.113.10".into()],
        };
        let mut link = default_link("infra").link;
        link.target_domain = "infra.example".into();
        link.version = "v1alpha3".into();
        Self {
            here: machinery(vec![probe], vec![controller], vec![pod("controller-infra", &own)]),
            there: Machinery {
                policies: Observed::Present(install::policies()),
                backends: Observed::Present(vec![install::database()]),
                ..machinery(vec![gateway], vec![], vec![install::gateway()])
            },
            token: Some(Token {
                namespace: "linkerd-multicluster".into(),
                account: "mirror".into(),
                left: None,
                has_account: Observed::Present(()),
                has_secret: Observed::Present(()),
            }),
            link,
            service: ServiceSeen {
                selector: labels(&[("app", "postgres")]),
                targets: vec![(5432, "postgresql".into())],
                ..service()
            },
            server: "https://infra.example:6443".into(),
            namespace: Observed::Present(NamespaceState::Active),
            way: Way::Gateway,
        }
    }

    fn findings(self) -> Vec<Finding> {
        let seen = crate::mesh::snapshot::LinkSeen {
            link: self.link.clone(),
            token: self.token,
            server: self.server,
            ..default_link("infra")
        };
        let mut consumer = consumer(vec![seen]);
        consumer.namespaces.insert("databases".into(), self.namespace);
        let mut all = mesh(self.service.clone(), vec![("apps", consumer)]);
        let (here, there) = (self.here, self.there);
        all.machinery = PerCluster::of(&all.fleet.clone(), |name| {
            Observed::Present(if *name == cluster("infra") { there.clone() } else { here.clone() })
        });
        let routed = Routed { consumer: cluster("apps"), link: &self.link, ways: vec![self.way] };
        let targets = of_service(&all, &[routed], &exported(), &self.service);
        ask(&all, &exported(), &self.service, &targets)
    }
}

/// Breaks one thing of the healthy mesh, and returns what is said.
fn broken(change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let findings = bed.findings();
    for finding in &findings {
        let wants_remedy = finding.severity >= Severity::Warning;
        assert_eq!(finding.remedy.is_some(), wants_remedy, "{finding:?}");
    }
    findings.iter().map(|finding| (finding.check, finding.severity)).collect()
}

fn in_list<T>(list: &mut Observed<Vec<T>>) -> &mut Vec<T> {
    let Observed::Present(list) = list else { panic!("the healthy mesh is seen") };
    list
}

fn error(id: &'static str) -> Vec<(&'static str, Severity)> {
    vec![(id, Severity::Error)]
}

fn warning(id: &'static str) -> Vec<(&'static str, Severity)> {
    vec![(id, Severity::Warning)]
}

#[test]
fn nothing_speaks_against_a_mirror_in_a_healthy_mesh() {
    assert_eq!(broken(|_| ()), vec![]);
}

#[test]
fn what_goes_past_the_gateway_needs_none() {
    let without = |way: Way| {
        broken(move |bed| {
            bed.way = way;
            *in_list(&mut bed.there.services) = vec![];
            *in_list(&mut bed.there.pods) = vec![];
            in_list(&mut bed.here.pods)[0].is_meshed = false;
            in_list(&mut bed.here.services)[0].name = "other".into();
        })
    };
    assert_eq!(without(Way::Flat), vec![]);
    assert_eq!(without(Way::Federated), vec![]);
    let gateway: Vec<_> = without(Way::Gateway).into_iter().map(|(id, _)| id).collect();
    assert_eq!(gateway, ["controller-meshed", "gateway-up", "gateway-probe"]);
}

#[test]
fn every_check_has_an_id_of_its_own() {
    let mut ids: Vec<_> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn what_cannot_be_seen_accuses_nobody_and_is_named() {
    let obstacle = Obstacle::Unauthorized;
    let blind = |bed: &mut Bed| {
        for machinery in [&mut bed.here, &mut bed.there] {
            machinery.services = Observed::Unknown(obstacle.clone());
            machinery.deployments = Observed::Unknown(obstacle.clone());
            machinery.pods = Observed::Unknown(obstacle.clone());
            machinery.leases = Observed::Unknown(obstacle.clone());
            machinery.settings = Observed::Unknown(obstacle.clone());
            machinery.policies = Observed::Unknown(obstacle.clone());
            machinery.backends = Observed::Unknown(obstacle.clone());
        }
    };
    assert_eq!(broken(blind), [("not-looked-at", Severity::Info), ("not-looked-at-here", Severity::Info)]);
}
