//! The table of worlds in which somebody has changed what was right once: policies, certificates, versions, the mirror.

use super::super::*;
use super::rows::Row;
use crate::mesh::certificate::Certificate;
use crate::mesh::link::Link;
use crate::mesh::machinery::{Client, Fence, Opening, Peer, Pod, Reading, Reference, Route};
use crate::mesh::samples::install::roots;
use crate::mesh::samples::selecting;
use crate::mesh::snapshot::{Belonging, LinkSeen, Port, Trusting};
use crate::terms::{Kind, LabelSelector, Requirement, SelectorOperator};

use Outcome::{Broken, Doubtful};

/// A policy that lets these in to pods of a namespace, and nobody else.
pub(in crate::mesh::explain) fn fence(namespace: &str, app: &str, peers: Vec<Peer>) -> Fence {
    Fence {
        kind: Kind::NetworkPolicy,
        namespace: Some(namespace.into()),
        name: "fence".into(),
        pods: selecting(&[("app", app)]),
        ingress: Some(vec![Opening { peers: Some(peers), ..Opening::default() }]),
        egress: None,
        denied: [vec![], vec![]],
        is_addition: [false; 2],
        reading: Reading::default(),
    }
}

/// One that shuts in all pods of a namespace.
fn walled(namespace: &str) -> Fence {
    let dns = Some(vec![("53".to_owned(), 0)]);
    let outward = Some(vec![Opening { peers: Some(vec![Peer::Cluster]), ports: dns, ..Opening::default() }]);
    Fence { pods: LabelSelector::default(), ingress: None, egress: outward, ..fence(namespace, "", vec![]) }
}

pub(super) fn route(parent: (&str, &str, &str), backend: &str) -> Route {
    let refer = |(kind, namespace, name): (&str, &str, &str)| Reference {
        kind: kind.into(),
        namespace: namespace.into(),
        name: name.into(),
    };
    Route {
        kind: Kind::HttpRoute,
        group: "policy.linkerd.io".into(),
        namespace: parent.1.into(),
        name: "route".into(),
        parents: vec![refer(parent)],
        backends: vec![refer(("Service", "databases", backend))],
        mirrors: None,
    }
}

pub(super) fn certificate(left: i64, until: i64) -> Certificate {
    let (der, subject) = (b"issuer".to_vec(), "CN=identity".into());
    Certificate { der, subject, left: Some(left), until, ..Certificate::default() }
}

pub(super) const DAY: i64 = 24 * 3600;

/// What was right once.
pub(super) const PAST: &[Row] = &[
    ("link-twice", Broken, "both have the target infra-east", |world| {
        let second = Link { name: "copy".into(), ..world.bed.link.clone() };
        world.in_consumer(|apps| {
            let first = present(&mut apps.links)[0].clone();
            present(&mut apps.links).push(LinkSeen {
                link: second,
                belonging: Belonging::Elsewhere,
                ..first
            });
        });
    }),
    ("link-selects-all", Doubtful, "all Services of infra are mirrored", |world| {
        let unless =
            Requirement { key: "private".into(), operator: SelectorOperator::DoesNotExist, values: vec![] };
        world.bed.link.selector =
            LabelSelector { match_expressions: vec![unless], ..LabelSelector::default() };
    }),
    ("credentials-authority", Broken, "trust a CA that is not the one of infra", |world| {
        world.without_mirror();
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Stranger);
    }),
    ("credentials-trust", Doubtful, "accept any server as the API server", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Anything);
    }),
    ("credentials-reread", Broken, "it may still use the old ones", |world| {
        world.without_mirror();
        in_list(&mut world.bed.here.pods)[0].started = "2026-01-01T00:00:00Z".into();
        world.in_consumer(|apps| present(&mut apps.links)[0].changed = "2026-01-02T00:00:00Z".into());
    }),
    ("controller-network-policy", Broken, "from port 6443 of the API server of infra", |world| {
        world.without_mirror();
        in_list(&mut world.bed.here.fences).push(walled("linkerd-multicluster"));
    }),
    ("mirror-edited", Broken, "it was edited", |world| {
        world.mirror.as_mut().unwrap().ports =
            vec![Port { name: "postgres".into(), port: 5433, protocol: "TCP".into(), ..Port::default() }];
    }),
    ("mirror-address", Broken, "point to 198.51.100.1, but the Link to 203.0.113.10", |world| {
        world.ends.as_mut().unwrap().addresses = ["198.51.100.1".to_owned()].into();
    }),
    ("mirror-address", Broken, "point to port 5432, but the Link to 4143", |world| {
        world.ends.as_mut().unwrap().ports = [("postgres".to_owned(), 5432)].into();
    }),
    ("mirror-address", Broken, "expect the gateway to be other", |world| {
        world.ends.as_mut().unwrap().identity = Some("other".into());
    }),
    ("target-control-plane", Broken, "its identities do not match", |world| {
        world.bed.link.target_linkerd_namespace = "mesh".into();
    }),
    ("trust-expiry", Broken, "the issuer of infra has expired", |world| {
        world.bed.there.issuer = Observed::Present(vec![certificate(-5, -DAY)].into());
        world.not_ready();
    }),
    ("trust-expiry", Broken, "the issuer of apps is not valid yet, for 10 minutes more", |world| {
        world.bed.here.issuer = Observed::Present(vec![certificate(DAY, 600)].into());
    }),
    ("trust-expiry", Broken, "the trust anchor of infra is not valid yet, for 10 minutes more", |world| {
        let anchor = &mut present(&mut world.bed.there.roots).anchors[0];
        (anchor.left, anchor.until) = (Some(365 * DAY), 600);
        world.not_ready();
    }),
    ("trust-expiry", Doubtful, "expires in 6 hours", |world| {
        world.bed.there.issuer = Observed::Present(vec![certificate(6 * 3600, -2 * DAY)].into());
    }),
    ("trust-expiry", Broken, "the trust anchor of apps has expired", |world| {
        present(&mut world.bed.here.roots).anchors[0].left = Some(-1);
        world.not_ready();
    }),
    ("trust-expiry", Doubtful, "the trust anchor of infra expires in 30 days", |world| {
        let anchor = &mut present(&mut world.bed.there.roots).anchors[0];
        (anchor.left, anchor.until) = (Some(30 * DAY), -335 * DAY);
    }),
    ("trust-restart", Broken, "none of which signed the issuer of apps", |world| {
        in_list(&mut world.bed.there.pods)[0].anchors = vec![(*b"old").into()];
        world.not_ready();
    }),
    ("trust-restart", Doubtful, "which stay in use until a restart: it may refuse infra", |world| {
        let old = labels(&[("linkerd.io/trust-root-sha256", "old")]);
        in_list(&mut world.bed.here.pods)[0].annotations = old;
    }),
    ("gateway-addresses", Doubtful, "does not list 203.0.113.11", |world| {
        in_list(&mut world.bed.there.services)[0].ingress.push("203.0.113.11".into());
    }),
    ("discovery-secret", Doubtful, "point to https://old.example:6443", |world| {
        world.asked.ways = vec![Way::Flat];
        world.bed.service.labels.insert(names::EXPORTED.into(), "remote-discovery".into());
        world.mirrored_flat();
        world.bed.discovery[0].server = Some("https://old.example:6443".into());
    }),
    ("probe-place", Broken, "on port 4191, but it answers on 4192", |world| {
        in_list(&mut world.bed.there.services)[0].ports[1].1 = 4192;
        world.not_ready();
    }),
    ("probe-place", Doubtful, "but it answers at /healthy", |world| {
        let path = labels(&[("mirror.linkerd.io/probe-path", "/healthy")]);
        in_list(&mut world.bed.there.services)[0].annotations.extend(path);
    }),
    ("probe-place", Broken, "probe-infra points to 198.51.100.1", |world| {
        in_list(&mut world.bed.here.probed)[0].addresses = vec!["198.51.100.1".into()];
        world.not_ready();
    }),
    (
        "probe-networks",
        Broken,
        "allows probes only from 10.9.0.0/16, but apps comes from 10.2.0.4",
        |world| {
            in_list(&mut world.bed.here.pods)[0].address = "10.2.0.4".into();
            present(&mut world.bed.there.settings).probe_networks = Some(vec!["10.9.0.0/16".into()]);
            in_list(&mut world.bed.there.services)[0].is_local = true;
            world.not_ready();
        },
    ),
    ("probe-route", Broken, "removes the rule that admits probes", |world| {
        let parent = ("Server", "linkerd-multicluster", "linkerd-admin");
        in_list(&mut world.bed.there.routes).push(route(parent, "other"));
        world.not_ready();
    }),
    ("gateway-ranges", Broken, "allows only 198.51.100.0/24", |world| {
        in_list(&mut world.bed.here.pods)[0].host = "192.0.2.7".into();
        in_list(&mut world.bed.there.services)[0].ranges = vec!["198.51.100.0/24".into()];
        world.not_ready();
    }),
    ("gateway-network-policy", Broken, "from port 4143 of the gateway of infra", |world| {
        let shut = fence("linkerd-multicluster", "linkerd-gateway", vec![]);
        in_list(&mut world.bed.there.fences).push(shut);
        world.not_ready();
    }),
    ("backend-network-policy", Broken, "from port 4143 of its pods", |world| {
        in_list(&mut world.bed.there.fences).push(fence("databases", "postgres", vec![]));
    }),
    ("client-network-policy", Doubtful, "blocks pods of databases in apps from port 4143", |world| {
        in_list(&mut world.bed.here.fences).push(walled("databases"));
    }),
    (
        "backend-network-policy",
        Broken,
        "blocks the gateway (linkerd-multicluster/linkerd-gateway)",
        |world| in_list(&mut world.bed.there.fences).push(walled("linkerd-multicluster")),
    ),
    ("export-target-port", Broken, "no container behind it has a port of this name", |world| {
        world.bed.service.targets = vec![(5432, "sql".into())];
        world.ends = Some(EndpointsSeen { ready: 0, ..world.ends.take().unwrap() });
    }),
    ("pod-ports", Doubtful, "bypasses their proxies", |world| {
        let skipped = labels(&[("config.linkerd.io/skip-inbound-ports", "5000-6000")]);
        in_list(&mut world.bed.there.backends)[0].annotations = skipped;
    }),
    ("pod-ports", Doubtful, "is opaque by the Service, but not by its pods", |world| {
        let none = labels(&[("config.linkerd.io/opaque-ports", "3306")]);
        in_list(&mut world.bed.there.backends)[0].annotations = none;
    }),
    ("cilium-cni", Broken, "new meshed pods do not start", |world| {
        present(&mut world.bed.there.settings).is_cni = true;
        present(&mut world.bed.there.cilium).is_exclusive = true;
        world.not_ready();
    }),
    ("client-proxy", Doubtful, "but has no proxy: the gateway refuses it", |world| {
        let pod = Pod { namespace: "databases".into(), name: "app-0".into(), ..Pod::default() };
        let mirrors = ["postgres-rw-infra-east".to_owned()].into();
        world.in_consumer(|apps| present(&mut apps.clients).push(Client { pod, mirrors }));
    }),
    ("client-proxy", Doubtful, "bypasses its proxy on port 5432", |world| {
        let skipped = labels(&[("config.linkerd.io/skip-outbound-ports", "5432")]);
        let (namespace, name) = ("databases".into(), "app-0".into());
        let pod = Pod { namespace, name, is_meshed: true, annotations: skipped, ..Pod::default() };
        let mirrors = ["postgres-rw-infra-east".to_owned()].into();
        world.in_consumer(|apps| present(&mut apps.clients).push(Client { pod, mirrors }));
    }),
    ("not-labelled", Broken, "an annotation of that name has no effect", |world| {
        world.bed.service.labels.remove(names::EXPORTED);
        world.bed.service.annotations.insert(names::EXPORTED.into(), "true".into());
        world.without_mirror();
    }),
    ("credentials-authority", Broken, "hold neither a token nor a certificate", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Anonymous);
    }),
    ("route-circle", Doubtful, "is named like a mirror of apps", |world| {
        let parent = ("Service", "databases", "postgres-rw");
        in_list(&mut world.bed.there.routes).push(route(parent, "postgres-rw-apps"));
    }),
    ("version-skew", Doubtful, "4 minor versions apart", |world| {
        present(&mut world.bed.there.settings).version = Some("stable-2.14.10".into());
        present(&mut world.bed.here.settings).version = Some("enterprise-2.18.1".into());
    }),
    ("trust-roots", Doubtful, "differ (1 in common)", |world| {
        world.bed.there.roots = Observed::Present(roots(&["root", "next"]));
    }),
];
