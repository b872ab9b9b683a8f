//! The table of worlds in which something that everybody relies on is gone, or is not what it was made as.

use super::super::*;
use super::apart::linked_to;
use super::mended::between;
use super::nearby::Near;
use super::past::{DAY, certificate, fence, route};
use super::reach::kept_to_itself;
use super::rows::Row;
use crate::mesh::machinery::{Lost, Peer, Pod, Route};
use crate::mesh::network::Cidr;
use crate::mesh::samples::cluster;
use crate::mesh::snapshot::{Inside, Port, Trusting};
use crate::terms::{LabelSelector, Labels, Observed};

use Outcome::{Broken, Doubtful};

/// Exported for a flat network.
pub(super) fn flat(world: &mut World) {
    *world = World::healthy(Way::Flat);
}

/// The extension was taken away from the exporter.
fn uninstalled(world: &mut World) {
    let there = &mut world.bed.there;
    in_list(&mut there.services).clear();
    in_list(&mut there.deployments).clear();
    in_list(&mut there.pods).clear();
    there.lost = Lost::Extension;
    world.bed.token.as_mut().unwrap().has_account = Observed::Absent;
    world.not_ready();
}

/// What was there once.
/// Cilium of the consumer routes natively to this range, and masquerades what goes elsewhere.
fn native(world: &mut World, range: &'static str) {
    world.in_mesh(move |seen| {
        let here = seen.networks.get_mut(&cluster("apps")).unwrap();
        let cilium = present(&mut here.cilium);
        (cilium.is_native, cilium.is_masquerading) = (true, true);
        cilium.native = Cidr::read(range).into_iter().collect();
    });
}

pub(super) const LOST: &[Row] = &[
    (
        "credentials-authority",
        Broken,
        "a Secret's token without kubernetes.io/serviceaccount/secret.name",
        |world| {
            world.without_mirror();
            let claim = "kubernetes.io/serviceaccount/secret.name";
            world.in_consumer(move |apps| present(&mut apps.links)[0].trusting = Trusting::Incomplete(claim));
        },
    ),
    ("credentials-server", Broken, "the consumer's own API server", |world| {
        world.bed.server = "https://10.96.0.1:443".into();
        world.without_mirror();
        world.in_consumer(|apps| present(&mut apps.links)[0].inside = Some(Inside::Consumer));
    }),
    ("credentials-authority", Broken, "a truncated token", |world| {
        world.without_mirror();
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Cut);
    }),
    ("credentials-expired", Broken, "the client certificate of the Link infra has expired", |world| {
        world.without_mirror();
        world.in_consumer(|apps| present(&mut apps.links)[0].certified = Some(-1));
    }),
    ("credentials-revoked", Broken, "linkerd-multicluster is gone from infra", |world| uninstalled(world)),
    ("discovery-secret", Broken, "https://127.0.0.1:7445, which inside a pod is the pod itself", |world| {
        flat(world);
        world.bed.discovery[0].server = Some("https://127.0.0.1:7445".into());
    }),
    ("discovery-secret", Doubtful, "until its next restart it uses the old ones", |world| {
        flat(world);
        world.bed.discovery[0].server = Some("https://127.0.0.1:7445".into());
        world.bed.discovery[0].unread = Some(("2026-01-02T00:00:00Z".into(), "2026-01-01T00:00:00Z".into()));
    }),
    ("discovery-secret", Broken, "point nowhere: the kubeconfig names no usable server", |world| {
        flat(world);
        world.bed.discovery[0].server = None;
        world.bed.discovery[0].trouble = Some("the kubeconfig names no usable server".into());
    }),
    (
        "controller-leading",
        Doubtful,
        "is led by controller-infra-0, whose labels no longer make it one of its pods",
        |world| {
            let pods = in_list(&mut world.bed.here.pods);
            pods.push(Pod { name: "controller-infra-1".into(), ..pods[0].clone() });
            pods[0].labels.remove("component");
        },
    ),
    ("trust-issuer", Doubtful, "apps has no issuer", |world| {
        world.bed.there.issuer = Observed::Present(vec![certificate(365 * DAY, -DAY)].into());
        world.bed.here.issuer = Observed::Absent;
    }),
    ("trust-copies", Doubtful, "has Linkerd's trust anchors but not its settings", |world| {
        world.bed.here.settings = Observed::Absent;
    }),
    ("probe-place", Doubtful, "probe-infra points nowhere", |world| {
        in_list(&mut world.bed.here.probed).clear();
    }),
    ("probe-place", Doubtful, "probe-infra points to port 4999, but the Link to 4191", |world| {
        in_list(&mut world.bed.here.probed)[0].ports = vec![4999];
    }),
    ("gateway-probe", Doubtful, "no Service probe-old, through which the service mirror", |world| {
        in_list(&mut world.bed.here.deployments)[0].arguments.push("-probe-service=probe-old".into());
    }),
    ("gateway-probe", Doubtful, "failureThreshold is 0, which counts as 1", |world| {
        world.bed.link.gateway.probe.failure_threshold = "0".into();
    }),
    ("probe-place", Doubtful, "probe-infra names no gateway identity", |world| {
        in_list(&mut world.bed.here.probed)[0].identity = None;
    }),
    ("probe-policy", Broken, "no policy covers port 4191", |world| {
        present(&mut world.bed.there.policies).servers.retain(|server| server.port != "linkerd-admin");
        in_list(&mut world.bed.there.pods)[0].inbound_policy = Some("deny".into());
        world.bed.link.gateway.probe.path = "/other".into();
        world.not_ready();
    }),
    ("mirror-edited", Broken, "is an ExternalName Service", |world| {
        world.mirror.as_mut().unwrap().is_external = true;
    }),
    ("mirror-edited", Broken, "is looked up in other, but the Link points to infra-east", |world| {
        flat(world);
        world.mirror.as_mut().unwrap().labels.insert(names::REMOTE_DISCOVERY.into(), "other".into());
    }),
    ("mirror-edited", Broken, "it was last written when the Link still said so", |world| {
        let old = "postgres-rw.databases.svc.old.example".to_owned();
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_NAME.into(), old);
    }),
    ("mirror-edited", Doubtful, "a federated Service keeps the ports it was created with", |world| {
        *world = World::healthy(Way::Federated);
        let port = Port { port: 5433, ..world.bed.service.ports[0].clone() };
        world.mirror.as_mut().unwrap().ports = vec![port];
    }),
    ("mirror-edited", Doubtful, "some client connections fail", |world| {
        *world = World::healthy(Way::Federated);
        let port = Port { port: 5433, ..world.bed.service.ports[0].clone() };
        let both = federated_service("postgres-rw@infra-east,postgres-rw@edge", None);
        world.mirror = Some(ServiceSeen { ports: vec![port], ..both });
        linked_to(world, "edge");
    }),
    ("mirror-address", Doubtful, "lack the labels of a mirror from infra-east", |world| {
        world.ends.as_mut().unwrap().labels = Labels::default();
    }),
    ("mirror-opaque", Doubtful, "port 9000 is opaque in infra by its appProtocol", |world| {
        let app_protocol = "linkerd.io/opaque".into();
        world.bed.service.ports.push(Port {
            port: 9000,
            protocol: "TCP".into(),
            app_protocol,
            ..Port::default()
        });
    }),
    (
        "mirror-opaque",
        Doubtful,
        "port 9000 is opaque in infra by its annotation, which the Link excludes",
        |world| {
            world.bed.service.ports.push(Port { port: 9000, protocol: "TCP".into(), ..Port::default() });
            world.bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", "5432,9000")]);
            world.bed.link.excluded.annotations = vec!["config.linkerd.io/*".into()];
        },
    ),
    (
        "mirror-opaque",
        Doubtful,
        "port 9000 is opaque in infra by its annotation, which the mirror lacks",
        |world| {
            world.bed.service.ports.push(Port { port: 9000, protocol: "TCP".into(), ..Port::default() });
            world.bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", "5432,9000")]);
        },
    ),
    ("opaque-ports", Doubtful, "Linkerd ignores \"5432-\", which is not a port", |world| {
        let own = labels(&[("config.linkerd.io/opaque-ports", "5432-")]);
        world.bed.service.annotations = own.clone();
        world.mirror.as_mut().unwrap().annotations.extend(own);
    }),
    ("opaque-ports", Doubtful, "requests that Linkerd understands (http-web), but is opaque", |world| {
        let named = Port { port: 8080, name: "http-web".into(), protocol: "TCP".into(), ..Port::default() };
        world.bed.service.ports.push(named);
        let own = labels(&[("config.linkerd.io/opaque-ports", "5432,8080")]);
        world.bed.service.annotations = own.clone();
        world.mirror.as_mut().unwrap().annotations.extend(own);
    }),
    ("flat-network", Doubtful, "since Cilium of apps routes natively only to 10.2.0.0/16", |world| {
        between(world, ["10.1.0.0/16", "10.2.0.0/16"]);
        native(world, "10.2.0.0/16");
    }),
    ("credentials-authority", Doubtful, "trust a CA that has expired", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Expired);
    }),
];

/// What is near some of it.
pub(in crate::mesh) const NEAR_LOST: &[Near] = &[
    ("gateway-probe", "the one Service of the probe, told in two words", |world| {
        let told = ["-probe-service".into(), "probe-infra".into()];
        in_list(&mut world.bed.here.deployments)[0].arguments.splice(..0, told);
    }),
    ("gateway-probe", "one lost probe is enough, as it is said", |world| {
        world.bed.link.gateway.probe.failure_threshold = "1".into();
    }),
    ("credentials-expired", "a client certificate that is good for eight more days", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].certified = Some(8 * DAY));
    }),
    (
        "control-plane-network-policy",
        "a policy of the control plane, and one that lets pods with proxies in",
        |world| {
            let proxies = LabelSelector::default();
            let door = fence(
                "linkerd",
                "any",
                vec![Peer::Pods { namespaces: Some(proxies.clone()), pods: proxies }],
            );
            in_list(&mut world.bed.there.fences).extend([kept_to_itself(), door]);
        },
    ),
    ("route-circle", "a route of another Service to a mirror", |world| {
        let other = route(("Service", "databases", "postgres-ro"), "cart-apps");
        in_list(&mut world.bed.there.routes).push(Route { mirrors: Some(other.backends.clone()), ..other });
    }),
    ("route-circle", "a route for clients of another namespace, which the gateway never hears of", |world| {
        let own = route(("Service", "databases", "postgres-rw"), "cart-apps");
        let mirrors = Some(own.backends.clone());
        in_list(&mut world.bed.there.routes).push(Route { mirrors, namespace: "pay".into(), ..own });
    }),
    ("route-circle", "a Service that is called like a mirror, and is none", |world| {
        let own = route(("Service", "databases", "postgres-rw"), "postgres-rw-apps");
        in_list(&mut world.bed.there.routes).push(Route { mirrors: Some(vec![]), ..own });
    }),
    ("route-circle", "a mirror of a cluster whose gateway has another trust domain", |world| {
        let own = route(("Service", "databases", "postgres-rw"), "cart-apps");
        in_list(&mut world.bed.there.routes).push(Route { mirrors: Some(own.backends.clone()), ..own });
        present(&mut world.bed.here.settings).trust_domain = Some("apps.example".into());
    }),
    ("flat-network", "native routing to the pods of both", |world| {
        between(world, ["10.1.0.0/16", "10.2.0.0/16"]);
        native(world, "10.0.0.0/8");
    }),
];
