//! The table of worlds in which the mirror comes, and is of no use.

use super::super::*;
use super::forbidden;
use super::mended::between;
use super::past::{fence, route};
use crate::mesh::machinery::{Client, Fence, Opening, Peer, Pod, Route, Server};
use crate::mesh::network::{Cidr, CiliumSeen};
use crate::mesh::samples::bed::IDENTITY;
use crate::mesh::samples::cluster;
use crate::mesh::samples::install::roots;
use crate::mesh::snapshot::{Belonging, Misinjection, Port};
use crate::terms::{Kind, LabelSelector};

use super::rows::Row;

use Outcome::{Broken, Doubtful, Unsure};

/// A policy that lets nobody to the control plane but its own pods.
pub(super) fn kept_to_itself() -> Fence {
    let own = Peer::Pods { namespaces: None, pods: LabelSelector::default() };
    Fence { pods: LabelSelector::default(), ..fence("linkerd", "", vec![own]) }
}

/// The gateway is reached at nodes with these addresses.
fn on_nodes(world: &mut World, addresses: &[&str]) {
    let gateway = &mut in_list(&mut world.bed.there.services)[0];
    gateway.service_type = "NodePort".into();
    gateway.ingress.clear();
    world.bed.there.nodes = Observed::Present(addresses.iter().map(|one| (*one).to_owned()).collect());
}

/// Cilium of a cluster is set up otherwise.
fn cilium(world: &mut World, name: &'static str, change: impl FnOnce(&mut CiliumSeen) + 'static) {
    world.in_mesh(move |seen| {
        change(present(&mut seen.networks.get_mut(&cluster(name)).unwrap().cilium));
    });
}

/// What keeps clients from what the mirror leads to.
pub(super) const REACHING: &[Row] = &[
    ("gateway-up", Broken, "infra has no gateway", |world| {
        in_list(&mut world.bed.there.services).clear();
        world.not_ready();
    }),
    ("gateway-up", Broken, "has no ready pod", |world| {
        in_list(&mut world.bed.there.pods)[0].is_ready = false;
        world.not_ready();
    }),
    ("gateway-up", Broken, "its load balancer has not assigned one", |world| {
        in_list(&mut world.bed.there.services)[0].ingress.clear();
        world.not_ready();
    }),
    ("gateway-meshed", Broken, "it is ready, but nothing listens", |world| {
        in_list(&mut world.bed.there.pods)[0].is_meshed = false;
        world.not_ready();
    }),
    ("gateway-address", Broken, "the Link points to 203.0.113.10", |world| {
        in_list(&mut world.bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
        world.not_ready();
    }),
    ("gateway-identity", Broken, "every connection fails TLS verification", |world| {
        world.bed.link.gateway.identity = IDENTITY.replace("mesh.example", "cluster.local");
        world.not_ready();
    }),
    ("target-domain", Broken, "its gateway answers 404", |world| {
        world.bed.link.target_domain = "cluster.local".into();
    }),
    ("discovery-secret", Broken, "has no credentials for infra-east", |world| {
        world.asked.ways = vec![Way::Flat];
        world.bed.service.labels.insert(names::EXPORTED.into(), "remote-discovery".into());
        world.mirrored_flat();
        world.bed.discovery.clear();
    }),
    (
        "discovery-secret",
        Broken,
        "are not accepted (its token has expired): no connection finds a pod",
        |world| {
            *world = World::healthy(Way::Flat);
            world.bed.discovery[0].dead = Some(("exp".into(), "its token has expired".into()));
        },
    ),
    ("controller-meshed", Broken, "cannot probe the gateway", |world| {
        in_list(&mut world.bed.here.pods)[0].is_meshed = false;
        world.not_ready();
    }),
    ("gateway-probe", Doubtful, "mirrors stay ready when the gateway goes down", |world| {
        world.bed.link.gateway.probe.period = "3".into();
    }),
    ("gateway-policy", Broken, "no AuthorizationPolicy admits them", |world| {
        present(&mut world.bed.there.policies).authorizations.remove(0);
    }),
    ("probe-policy", Broken, "denies the probe access to", |world| {
        world.bed.link.gateway.probe.path = "/health".into();
        world.not_ready();
    }),
    ("backend-policy", Broken, "denies the gateway", |world| {
        let pods = LabelSelector { match_labels: labels(&[("app", "postgres")]), match_expressions: vec![] };
        let (namespace, name, port) = ("databases".into(), "postgres".into(), "5432".into());
        let server = Server { namespace, name, port, pods: Some(pods), ..Server::default() };
        present(&mut world.bed.there.policies).servers.push(server);
    }),
    (
        "control-plane-network-policy",
        Broken,
        "blocks the gateway of infra from port 8086 of Linkerd's control plane",
        |world| {
            in_list(&mut world.bed.there.fences).push(kept_to_itself());
            world.not_ready();
        },
    ),
    (
        "control-plane-network-policy",
        Broken,
        "blocks the service mirror of the Link infra from port 8086 of Linkerd's control plane",
        |world| {
            in_list(&mut world.bed.here.fences).push(kept_to_itself());
            world.not_ready();
        },
    ),
    (
        "control-plane-network-policy",
        Doubtful,
        "blocks the pod app-0 in apps from port 8086 of Linkerd's control plane",
        |world| {
            let pod = Pod {
                namespace: "databases".into(),
                name: "app-0".into(),
                labels: labels(&[("app", "shop")]),
                is_meshed: true,
                ..Pod::default()
            };
            let mirrors = ["postgres-rw-infra-east".to_owned()].into();
            world.in_consumer(|apps| present(&mut apps.clients).push(Client { pod, mirrors }));
            let ports = Some(vec![("4143".to_owned(), 0), ("53".to_owned(), 0)]);
            let out = Opening { udp_ports: ports.clone(), ports, ..Opening::default() };
            let own = fence("databases", "shop", vec![]);
            in_list(&mut world.bed.here.fences).push(Fence { ingress: None, egress: Some(vec![out]), ..own });
        },
    ),
    ("route-circle", Doubtful, "and the next one refuses it as a loop (508)", |world| {
        let on = route(("Service", "databases", "postgres-rw"), "cart-edge");
        in_list(&mut world.bed.there.routes).push(Route { mirrors: Some(on.backends.clone()), ..on });
    }),
    (
        "gateway-local",
        Broken,
        "the Link points to 203.0.113.10, where no pod of the gateway of infra runs",
        |world| {
            on_nodes(world, &["203.0.113.10", "203.0.113.11"]);
            in_list(&mut world.bed.there.services)[0].is_local = true;
            in_list(&mut world.bed.there.pods)[0].host = "203.0.113.11".into();
            world.not_ready();
        },
    ),
    ("gateway-addresses", Doubtful, "also points to 203.0.113.9, where infra has no node", |world| {
        on_nodes(world, &["203.0.113.10"]);
        world.bed.link.gateway_address = "203.0.113.10,203.0.113.9".into();
        let ends = world.ends.as_mut().unwrap();
        ends.addresses = ["203.0.113.10", "203.0.113.9"].map(str::to_owned).into();
        ends.ports = [("postgres".to_owned(), 4143)].into();
        ends.ready = 2;
    }),
    ("gateway-ranges", Doubtful, "but apps comes from 192.0.2.7", |world| {
        in_list(&mut world.bed.there.services)[0].ranges = vec!["198.51.100.0/24".into()];
        world.bed.here.externals = vec!["192.0.2.7".into()];
    }),
    ("probe-networks", Doubtful, "but apps comes from 10.2.0.4, via nodes such as 10.9.0.1", |world| {
        in_list(&mut world.bed.there.pods)[0].host = "10.9.0.1".into();
        in_list(&mut world.bed.here.pods)[0].address = "10.2.0.4".into();
        present(&mut world.bed.there.settings).probe_networks = Some(vec!["172.16.0.0/12".into()]);
    }),
    ("mirror-edited", Broken, "selects pods of apps (app=web) and routes to them", |world| {
        world.mirror.as_mut().unwrap().selector = labels(&[("app", "web")]);
        world.not_ready();
    }),
    ("mirror-endpoints", Broken, "considers the gateway dead", World::not_ready),
    ("mirror-endpoints", Broken, "the Endpoints of postgres-rw-infra-east are gone", |world| {
        world.ends = None;
    }),
    ("mirror-endpoints", Broken, "has no endpoints that are ready", |world| {
        world.ends = Some(EndpointsSeen { ready: 0, ..world.ends.take().unwrap() });
    }),
    ("export-protocol", Doubtful, "53/UDP will not be reachable", |world| {
        world.bed.service.ports.push(Port { port: 53, protocol: "UDP".into(), ..Port::default() });
    }),
    ("opaque-ports", Doubtful, "the server speaks first", |world| {
        world.bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", "3306")]);
    }),
    ("trust-roots", Broken, "no trust anchor in common", |world| {
        world.bed.here.roots = Observed::Present(roots(&["another"]));
    }),
    ("trust-roots", Broken, "are not certificates", |world| {
        world.bed.there.roots = Observed::Present(roots(&[]));
    }),
    ("trust-roots", Doubtful, "differ (1 in common)", |world| {
        world.bed.here.roots = Observed::Present(roots(&["root", "another"]));
    }),
    ("cilium-sockets", Broken, "before their proxies see them", |world| {
        present(&mut world.bed.here.cilium).is_bypassing = true;
    }),
    (
        "flat-network",
        Doubtful,
        "will have the same addresses: Cilium of infra continues with 10.9.0.0/16",
        |world| {
            between(world, ["10.1.0.0/16", "10.2.0.0/16"]);
            let pool = |range: &str| [range, "10.9.0.0/16"].into_iter().filter_map(Cidr::read).collect();
            cilium(world, "infra", move |cilium| cilium.pool = pool("10.1.0.0/16"));
            cilium(world, "apps", move |cilium| cilium.pool = pool("10.2.0.0/16"));
        },
    ),
    ("copied-labels", Doubtful, "Argo CD may treat it as its own", |world| {
        world.bed.service.labels.insert("argocd.argoproj.io/instance".into(), "databases".into());
    }),
    ("cluster-unseen", Unsure, "cannot list links: forbidden", |world| {
        world.in_consumer(|apps| apps.links = Observed::Unknown(forbidden("links")));
    }),
    ("link-credentials", Unsure, "cannot tell which cluster the Link points to", |world| {
        let hidden = Belonging::Unknown(forbidden("secrets"));
        world.in_consumer(|apps| present(&mut apps.links)[0].belonging = hidden);
    }),
    ("namespace-injection", Doubtful, "is skipped by Linkerd's webhooks", |world| {
        let pod = Pod { namespace: "databases".into(), name: "app-0".into(), ..Pod::default() };
        let mirrors = ["postgres-rw-infra-east".to_owned()].into();
        world.in_consumer(|apps| {
            present(&mut apps.clients).push(Client { pod, mirrors });
            apps.misinjected.insert("databases".into(), Misinjection::PassedOver);
        });
    }),
    ("discovery-secret", Doubtful, "have changed since it started: it still uses the old ones", |world| {
        world.asked.ways = vec![Way::Flat];
        world.bed.service.labels.insert(names::EXPORTED.into(), "remote-discovery".into());
        world.mirrored_flat();
        let times = ("2026-01-02T00:00:00Z".to_owned(), "2026-01-01T00:00:00Z".to_owned());
        world.bed.discovery[0].unread = Some(times);
    }),
    ("route-circle", Doubtful, "the TCPRoute route routes its traffic to postgres-rw-apps", |world| {
        let parent = ("Service", "databases", "postgres-rw");
        let back = route(parent, "postgres-rw-apps");
        in_list(&mut world.bed.there.other_routes).push(Route { kind: Kind::TcpRoute, ..back });
    }),
];
