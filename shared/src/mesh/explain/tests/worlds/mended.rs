//! The same of Services and their mirrors, and of what a look finds besides.

use super::super::*;
use super::apart::{beside, linked_to};
use super::forbidden;
use super::nearby::Near;
use super::past::{fence, route};
use crate::mesh::machinery::{Client, Fence, Opening, Pod, Server, enforced};
use crate::mesh::network::{Cidr, CiliumSeen, NetworkSeen};
use crate::mesh::samples::{cluster, selecting};
use crate::mesh::snapshot::{IngressSeen, Misinjection, NamespaceState, Port};
use crate::terms::{Kind, Observed};

fn port(number: u16, protocol: &str) -> Port {
    Port { name: format!("port-{number}"), port: number, protocol: protocol.into(), ..Port::default() }
}

/// Ranges of pods in both clusters, exported for a flat network.
pub(super) fn between(world: &mut World, ranges: [&'static str; 2]) {
    *world = World::healthy(Way::Flat);
    world.in_mesh(move |seen| {
        let of = |range: &str| NetworkSeen {
            nodes: Observed::Present(Cidr::read(range).into_iter().collect()),
            each: std::collections::BTreeMap::new(),
            cilium: Observed::Present(CiliumSeen { is_by_node: true, ..CiliumSeen::default() }),
        };
        let [there, here] = ranges;
        seen.networks.extend([(cluster("infra"), of(there)), (cluster("apps"), of(here))]);
    });
}

/// A target name that makes a mirror with a name of so many letters.
fn named(world: &mut World, length: usize) {
    let target = "x".repeat(length - "postgres-rw-".len());
    for own in [&mut world.mirror.as_mut().unwrap().labels, &mut world.ends.as_mut().unwrap().labels] {
        own.insert(names::CLUSTER_NAME.into(), target.clone());
    }
    world.bed.link.target_cluster_name = target;
}

/// Of Services and mirrors.
pub(in crate::mesh) const OF_MIRRORS: &[Near] = &[
    ("probe-policy", "another path that the kubelet asks for", |world| {
        world.bed.link.gateway.probe.path = "/live".into();
    }),
    ("route-version", "an older Linkerd with an older Gateway API", |world| {
        world.bed.there.has_old_routes = true;
        for settings in [&mut world.bed.there.settings, &mut world.bed.here.settings] {
            present(settings).version = Some("stable-2.17.1".into());
        }
    }),
    ("flat-network", "ranges that are apart", |world| between(world, ["10.1.0.0/16", "10.2.0.0/16"])),
    ("export-is-mirror", "a label of Linkerd that says no", |world| {
        world.bed.service.labels.insert(names::MIRRORED_SERVICE.into(), "false".into());
    }),
    ("export-shape", "a second port", |world| world.bed.service.ports.push(port(9187, "TCP"))),
    ("export-protocol", "a port of DNS by TCP", |world| world.bed.service.ports.push(port(53, "TCP"))),
    ("export-endpoints", "one of two pods is ready", |world| {
        world.in_mesh(|seen| {
            let ends = present(&mut seen.endpoints).by_key.values_mut().next().unwrap();
            (ends.ready, ends.not_ready) = (1, 1);
        });
    }),
    ("export-headless", "pods without names of their own", |world| world.bed.service.is_headless = true),
    ("export-headless", "a controller that mirrors headless Services pod by pod", |world| {
        world.bed.service.is_headless = true;
        let arguments = &mut in_list(&mut world.bed.here.deployments)[0].arguments;
        arguments.insert(1, "-enable-headless-services".into());
    }),
    ("backend-policy", "a Server that lets everybody in", |world| {
        let (namespace, name, port) = ("databases".into(), "postgres".into(), "5432".into());
        let (pods, access) = (Some(selecting(&[("app", "postgres")])), "all-unauthenticated".into());
        let server = Server { namespace, name, pods, port, access, ..Server::default() };
        present(&mut world.bed.there.policies).servers.push(server);
    }),
    ("backend-network-policy", "a policy that lets everybody in", |world| {
        let opening = Opening::default();
        let open = Fence { ingress: Some(vec![opening]), ..fence("databases", "postgres", vec![]) };
        in_list(&mut world.bed.there.fences).push(open);
    }),
    (
        "backend-network-policy",
        "one that lets nobody in, of a kind that Cilium is told not to enforce",
        |world| {
            present(&mut world.bed.there.cilium).unenforced = [Kind::NetworkPolicy].into();
            let shut = vec![fence("databases", "postgres", vec![])];
            world.bed.there.fences = Observed::Present(enforced(shut, &world.bed.there.cilium));
        },
    ),
    ("client-network-policy", "a policy about some of the pods", |world| {
        let shut = Fence { ingress: None, egress: Some(vec![]), ..fence("databases", "other", vec![]) };
        in_list(&mut world.bed.here.fences).push(shut);
    }),
    ("control-plane-network-policy", "a policy that lets the gateway out everywhere", |world| {
        let own = fence("linkerd-multicluster", "linkerd-gateway", vec![]);
        let free = Fence { ingress: None, egress: Some(vec![Opening::default()]), ..own };
        in_list(&mut world.bed.there.fences).push(free);
    }),
    ("export-target-port", "another name that its container has", |world| {
        world.bed.service.targets = vec![(5432, "metrics".into())];
    }),
    ("opaque-ports", "opaque by an annotation of the Service", |world| {
        let own = labels(&[("config.linkerd.io/opaque-ports", "5432")]);
        world.bed.service.annotations = own.clone();
        world.mirror.as_mut().unwrap().annotations.extend(own);
    }),
    ("mirror-opaque", "an annotation goes with the Service where the defaults differ", |world| {
        present(&mut world.bed.here.settings).opaque_ports = Some("25".into());
        let own = labels(&[("config.linkerd.io/opaque-ports", "5432")]);
        world.bed.service.annotations = own.clone();
        world.mirror.as_mut().unwrap().annotations.extend(own);
    }),
    ("pod-ports", "pods that say what the Service says", |world| {
        let own = labels(&[("config.linkerd.io/opaque-ports", "5432")]);
        in_list(&mut world.bed.there.backends)[0].annotations = own;
    }),
    ("route-circle", "a route to another Service", |world| {
        let parent = ("Service", "databases", "postgres-rw");
        in_list(&mut world.bed.there.routes).push(route(parent, "postgres-ro"));
    }),
    ("copied-labels", "a label that no controller acts on", |world| {
        world.bed.service.labels.insert("app.kubernetes.io/name".into(), "postgres".into());
    }),
    ("namespace-injection", "a mark of a namespace without mirrors", |world| {
        let mark = Misinjection::Label("enabled".into());
        world.in_consumer(|apps| drop(apps.misinjected.insert("other".into(), mark)));
    }),
    ("client-ingress", "an Ingress of a class that goes to Services", |world| {
        let mirrors = ["postgres-rw-infra-east".to_owned()].into();
        let (namespace, name, class) = ("databases".into(), "shop".into(), "traefik".into());
        let ingress = IngressSeen { namespace, name, class, mirrors, ..IngressSeen::default() };
        world.in_consumer(|apps| in_list(&mut apps.ingresses).push(ingress));
    }),
    ("namespace-injection", "a namespace that webhooks pass over, and no client there", |world| {
        world.in_consumer(|apps| drop(apps.misinjected.insert("databases".into(), Misinjection::PassedOver)));
    }),
    ("client-proxy", "a client with a proxy that skips another port", |world| {
        let annotations = labels(&[("config.linkerd.io/skip-outbound-ports", "6432")]);
        let pod = Pod { name: "app-0".into(), is_meshed: true, annotations, ..Pod::default() };
        let mirrors = ["postgres-rw-infra-east".to_owned()].into();
        world.in_consumer(|apps| present(&mut apps.clients).push(Client { pod, mirrors }));
    }),
    ("mirror-name-length", "a name of 63 letters", |world| named(world, 63)),
    ("namespace-missing", "a namespace that nobody may read, and the mirror in it", |world| {
        let hidden = Observed::Unknown(forbidden("namespaces"));
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), hidden)));
    }),
    ("namespace-missing", "another namespace that is being deleted", |world| {
        let going = Observed::Present(NamespaceState::Terminating);
        world.in_consumer(|apps| drop(apps.namespaces.insert("other".into(), going)));
    }),
    ("mirror-name-clash", "a Service of the same name in another namespace", |world| {
        let key = Key::new("other", "postgres-rw-infra-east");
        world
            .in_consumer(|apps| drop(present(&mut apps.services).by_key.insert(key, ServiceSeen::default())));
    }),
    ("mirror-endpoints-clash", "Endpoints without a Service under another name", |world| {
        let key = Key::new("databases", "other");
        let none = EndpointsSeen::default();
        world.in_consumer(|apps| drop(present(&mut apps.endpoints).by_key.insert(key, none)));
    }),
    ("mirror-pods", "the mirror of a pod of another Service", |world| {
        let own = labels(&[(names::OF_HEADLESS, "other-infra-east")]);
        let other = ServiceSeen { labels: own, ..ServiceSeen::default() };
        let key = Key::new("databases", "other-0-infra-east");
        world.in_consumer(|apps| drop(present(&mut apps.services).by_key.insert(key, other)));
    }),
    ("mirror-edited", "a mirror with the ports of the Service", |world| {
        world.mirror.as_mut().unwrap().ports = world.bed.service.ports.clone();
    }),
    ("mirror-edited", "another domain, a moment after the Link was written", |world| {
        let old = "postgres-rw.databases.svc.old.example".to_owned();
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_NAME.into(), old);
        world.in_consumer(|apps| present(&mut apps.links)[0].is_fresh = true);
    }),
    (
        "mirror-edited",
        "a federated Service with the ports of another member, which this one has besides others",
        |world| {
            *world = World::healthy(Way::Federated);
            let both = federated_service("postgres-rw@infra-east,postgres-rw@edge", None);
            world.mirror = Some(ServiceSeen { ports: world.bed.service.ports.clone(), ..both });
            world.bed.service.ports.push(port(9187, "TCP"));
            linked_to(world, "edge");
        },
    ),
    ("mirror-orphaned", "a Service that is called like a mirror, and is none", |world| {
        beside(world, "postgres-ro-infra-east", ServiceSeen::default());
    }),
    ("mirror-address", "the addresses of the Link", |world| {
        let ends = world.ends.as_mut().unwrap();
        ends.addresses = ["203.0.113.10".to_owned()].into();
        ends.ports = [("postgres".to_owned(), 4143)].into();
    }),
    ("mirror-unseen", "other namespaces that nobody may read", |world| {
        let hidden = Observed::Unknown(forbidden("namespaces"));
        world.in_consumer(|apps| drop(apps.namespaces.insert("other".into(), hidden)));
    }),
    ("domain-assumed", "settings that leave the domain to the default", |world| {
        world.in_consumer(|apps| apps.domain = Observed::Absent);
    }),
    ("not-looked-at", "an exporter without Cilium", |world| world.bed.there.cilium = Observed::Absent),
    ("not-looked-at-here", "a consumer without Cilium", |world| world.bed.here.cilium = Observed::Absent),
    ("cluster-unseen", "a cluster without exports of its own", |world| {
        world.in_consumer(|apps| apps.ingresses = Observed::Absent);
    }),
    ("services-unseen", "a Service beside the one that is exported", |world| {
        let other = ServiceSeen::default();
        world.in_mesh(|seen| {
            drop(present(&mut seen.services).by_key.insert(Key::new("databases", "other"), other));
        });
    }),
    ("link-credentials", "a second Link that leads elsewhere", |world| linked_to(world, "edge")),
    ("no-link", "a Link that was written a moment ago", |world| {
        world.in_consumer(|apps| present(&mut apps.links)[0].is_fresh = true);
    }),
    ("mirror-missing", "a mirror from another cluster beside its own", |world| {
        linked_to(world, "edge");
        let version = world.bed.service.version.clone();
        world.in_consumer(move |apps| {
            let key = Key::new("databases", "postgres-rw-edge");
            drop(present(&mut apps.services).by_key.insert(key, mirror(&exported(), "edge", &version)));
        });
    }),
    ("federated-passed-over", "both labels, and both mirrors", |world| {
        *world = World::healthy(Way::Federated);
        world.bed.service.labels.insert(names::EXPORTED.into(), "true".into());
        let version = world.bed.service.version.clone();
        world.in_consumer(move |apps| {
            let key = Key::new("databases", "postgres-rw-infra-east");
            let own = labels(&[(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, "infra-east")]);
            let identity = Some(crate::mesh::samples::bed::IDENTITY.to_owned());
            let ends = EndpointsSeen { ready: 1, labels: own, identity, ..EndpointsSeen::default() };
            present(&mut apps.services)
                .by_key
                .insert(key.clone(), mirror(&exported(), "infra-east", &version));
            present(&mut apps.endpoints).by_key.insert(key, ends);
        });
    }),
    ("mirror-behind", "a mirror of the version that is there, whatever it is", |world| {
        world.bed.service.version = "4711".into();
        let version = "4711".to_owned();
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_VERSION.into(), version);
    }),
    ("mirror-endpoints", "one of two addresses is ready", |world| {
        let ends = world.ends.take().unwrap();
        world.ends = Some(EndpointsSeen { not_ready: 1, ..ends });
    }),
];
