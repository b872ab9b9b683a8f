//! A small mesh to judge in tests: `infra` exports, `apps` and `edge` have Links to it. Every name differs from every
//! other, so that a mix-up shows.

pub(super) mod bed;
pub(super) mod install;

use super::link::{Gateway, Link, Probe};
use super::names;
use super::snapshot::{
    Belonging, ConsumerSeen, EndpointsSeen, Key, LinkSeen, MeshSeen, NamespaceState, Objects, Port, Proof,
    ServiceSeen, Trusting,
};
use crate::terms::{
    ClusterName, ContextName, Fleet, LabelSelector, Labels, ManagedField, Member, Observed, Owners,
    PerCluster,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn cluster(name: &str) -> ClusterName {
    ClusterName::new(name)
}

pub(super) fn exported() -> Key {
    Key::new("databases", "postgres-rw")
}

/// An unexported Service with one owner, Flux.
pub(super) fn service() -> ServiceSeen {
    ServiceSeen {
        uid: "uid-of-postgres-rw".into(),
        version: "41".into(),
        labels: labels(&[("app", "postgres")]),
        ports: vec![Port {
            name: "postgres".into(),
            port: 5432,
            protocol: "TCP".into(),
            app_protocol: String::new(),
        }],
        ..ServiceSeen::default()
    }
}

/// The same, with labels that a manager owns by an operation.
pub(super) fn labelled(pairs: &[(&str, &str)], manager: &str, operation: &str) -> ServiceSeen {
    let mut service = service();
    service.labels.extend(labels(pairs));
    let owned: serde_json::Map<String, serde_json::Value> =
        pairs.iter().map(|(key, _)| (format!("f:{key}"), serde_json::json!({}))).collect();
    service.owners = Owners::new(vec![ManagedField {
        manager: manager.into(),
        operation: operation.into(),
        subresource: String::new(),
        time: None,
        fields_v1: serde_json::from_value(serde_json::json!({"f:metadata": {"f:labels": owned}})).ok(),
    }]);
    service
}

/// A mirror as the service mirror makes it.
pub(super) fn mirror(exported: &Key, target: &str, version: &str) -> ServiceSeen {
    ServiceSeen {
        uid: format!("uid-of-{}-{target}", exported.name),
        labels: labels(&[(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, target)]),
        annotations: labels(&[
            (names::REMOTE_VERSION, version),
            (names::REMOTE_NAME, &format!("{}.{}.svc.infra.example", exported.name, exported.namespace)),
        ]),
        ..ServiceSeen::default()
    }
}

/// A federated Service with these lists of members.
pub(super) fn federated_service(remote: &str, local: Option<&str>) -> ServiceSeen {
    let local = local.map(|name| (names::LOCAL_DISCOVERY.to_owned(), name.to_owned()));
    let remote = (names::REMOTE_DISCOVERY.to_owned(), remote.to_owned());
    ServiceSeen {
        uid: "uid-of-federated".into(),
        labels: labels(&[(names::MIRRORED_SERVICE, "true")]),
        annotations: [remote].into_iter().chain(local).collect(),
        ..ServiceSeen::default()
    }
}

pub(super) fn selecting(pairs: &[(&str, &str)]) -> LabelSelector {
    LabelSelector { match_labels: labels(pairs), match_expressions: vec![] }
}

pub(super) fn link(name: &str, target: &str, selector: LabelSelector) -> LinkSeen {
    let link = Link {
        name: name.into(),
        namespace: "linkerd-multicluster".into(),
        target_cluster_name: target.into(),
        credentials: format!("cluster-credentials-{name}"),
        gateway_address: "203.0.113.10".into(),
        gateway: gateway(),
        selector,
        remote_discovery_selector: selecting(&[(names::EXPORTED, "remote-discovery")]),
        federated_service_selector: selecting(&[(names::FEDERATED, "member")]),
        ..Link::default()
    };
    let (belonging, server) = (Belonging::Exporter(Proof::SameServer), "https://infra.example:6443".into());
    LinkSeen {
        link,
        belonging,
        server,
        token: None,
        trusting: Trusting::Own,
        is_fresh: false,
        changed: String::new(),
        certified: None,
        inside: None,
        refused: vec![],
        hidden: None,
    }
}

/// A gateway whose probe can be understood.
fn gateway() -> Gateway {
    let (path, port, period) = ("/ready".into(), "4191".into(), "3s".into());
    let identity = "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.mesh.example";
    let probe = Probe { path, port, period, timeout: "30s".into(), failure_threshold: "3".into() };
    Gateway { port: "4143".into(), identity: identity.into(), probe }
}

pub(super) fn consumer(links: Vec<LinkSeen>) -> ConsumerSeen {
    ConsumerSeen {
        links: Observed::Present(links),
        namespaces: BTreeMap::from([("databases".into(), Observed::Present(NamespaceState::Active))]),
        services: Observed::Present(Objects::default()),
        endpoints: Observed::Present(Objects::default()),
        slices: Observed::Absent,
        clients: Observed::Present(vec![]),
        lost: Vec::new(),
        ingresses: Observed::Present(vec![]),
        unread_cilium: None,
        made: BTreeMap::new(),
        misinjected: BTreeMap::new(),
        domain: Observed::Present("apps.example".into()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without borrows of temporary lists")]
pub(super) fn mesh(service: ServiceSeen, consumers: Vec<(&str, ConsumerSeen)>) -> MeshSeen {
    let names = std::iter::once("infra").chain(consumers.iter().map(|(name, _)| *name));
    let member = |name: &str| Member { name: cluster(name), context: ContextName(format!("{name}-admin")) };
    let fleet = Fleet::new(names.map(member).collect()).unwrap();
    let ready = EndpointsSeen { ready: 1, ..EndpointsSeen::default() };
    let find = |name: &ClusterName| {
        let found = consumers.iter().find(|(one, _)| *one == name.as_str());
        found.map_or(Observed::Absent, |(_, consumer)| Observed::Present(consumer.clone()))
    };
    MeshSeen {
        exporter: cluster("infra"),
        asked: BTreeSet::from([exported()]),
        services: Observed::Present(Objects {
            by_key: BTreeMap::from([(exported(), service)]),
            places: vec![],
        }),
        endpoints: Observed::Present(Objects {
            by_key: BTreeMap::from([(exported(), ready)]),
            places: vec![],
        }),
        consumers: PerCluster::of(&fleet, find),
        machinery: PerCluster::of(&fleet, |_| Observed::Absent),
        discovery: BTreeMap::new(),
        networks: BTreeMap::new(),
        peers: BTreeMap::new(),
        homes: BTreeMap::new(),
        outward: BTreeMap::new(),
        nearby: vec![],
        written: BTreeSet::new(),
        marks: vec![],
        refused: BTreeMap::new(),
        young: None,
        fleet,
    }
}

pub(super) fn default_link(name: &str) -> LinkSeen {
    link(name, "infra-east", selecting(&[(names::EXPORTED, "true")]))
}

/// Puts a Service of this name into a consumer.
pub(super) fn holding(mut consumer: ConsumerSeen, name: &str, service: ServiceSeen) -> ConsumerSeen {
    if let Observed::Present(services) = &mut consumer.services {
        services.by_key.insert(Key::new("databases", name), service);
    }
    consumer
}
