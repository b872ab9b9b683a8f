//! The table of worlds in which something beside the way of a mirror is not as it should be: what signs, what gives proxies,
//! where the gateway stands, what names the mirror.

use super::super::*;
use super::past::{DAY, certificate, fence};
use super::rows::Row;
use crate::mesh::certificate::samples::{Authority, leaf, p384};
use crate::mesh::machinery::{Fence, Hindrance, Injector, Issuer, Opening, Peer, Pod, Stuck};
use crate::mesh::samples::selecting;
use crate::mesh::snapshot::{IngressSeen, Misinjection};
use crate::terms::{Kind, LabelSelector};

use Outcome::{Broken, Doubtful};

/// A policy that lets pods of a namespace out to the world alone.
fn outward(namespace: &str, app: &str) -> Fence {
    let world = Opening { peers: Some(vec![Peer::Outside]), ..Opening::default() };
    let kind = Kind::CiliumNetworkPolicy;
    let own = fence(namespace, app, vec![]);
    let pods = if app.is_empty() { LabelSelector::default() } else { own.pods.clone() };
    Fence { kind, pods, ingress: None, egress: Some(vec![world]), ..own }
}

/// A policy that lets pods of a namespace out everywhere, by TCP alone.
fn mute(namespace: &str, pods: LabelSelector) -> Fence {
    let everywhere = Opening { udp_ports: Some(vec![]), ..Opening::default() };
    Fence { pods, ingress: None, egress: Some(vec![everywhere]), ..fence(namespace, "", vec![]) }
}

fn stuck(stuck: Stuck) -> Observed<Issuer> {
    Observed::Present(Issuer { stuck: Some(stuck), ..Issuer::default() })
}

pub(super) fn injector(pods: Option<(u32, u32)>) -> Observed<Injector> {
    let (authorities, shown) = (Observed::Present(vec![]), vec![]);
    let (is_unbundled, is_missed, age) = (false, true, None);
    Observed::Present(Injector { pods, authorities, is_unbundled, shown, is_missed, barrier: None, age })
}

pub(super) const LATER: &[Row] = &[
    ("link-version", Doubtful, "serves Links in v1alpha2 and no newer", |world| {
        world.bed.link.version = "v1alpha2".into();
        in_list(&mut world.bed.here.deployments)[0].version = "edge-25.10.7".into();
    }),
    ("cilium-restart", Doubtful, "some agents started before that", |world| {
        world.in_consumer(|apps| apps.unread_cilium = Some("2026-05-01T10:00:00Z".into()));
    }),
    ("route-version", Doubtful, "serves no GRPCRoutes in v1", |world| {
        world.bed.there.has_old_routes = true;
        present(&mut world.bed.there.settings).version = Some("edge-26.8.3".into());
        present(&mut world.bed.here.settings).version = Some("edge-26.8.3".into());
    }),
    ("proxy-injector", Broken, "of infra has no pod that serves", |world| {
        world.bed.there.injector = injector(Some((1, 0)));
        in_list(&mut world.bed.there.pods)[0].is_meshed = false;
        world.not_ready();
    }),
    ("proxy-injector", Broken, "of apps is missing", |world| {
        world.bed.here.injector = injector(None);
        in_list(&mut world.bed.here.pods)[0].is_meshed = false;
        world.not_ready();
    }),
    ("proxy-injector", Doubtful, "of apps is never called", |world| {
        world.bed.here.injector = injector(Some((1, 1)));
        let injector = present(&mut world.bed.here.injector);
        (injector.authorities, injector.is_missed, injector.age) = (Observed::Absent, false, Some(300));
    }),
    ("gateway-spread", Doubtful, "all 2 pods of the gateway of infra run on the node node-1", |world| {
        let pods = in_list(&mut world.bed.there.pods);
        pods[0].node = "node-1".into();
        pods.push(Pod { name: "linkerd-gateway-1".into(), ..pods[0].clone() });
        in_list(&mut world.bed.there.backends)[0].node = "node-2".into();
    }),
    ("gateway-local", Broken, "is announced by the node node-2, which runs no gateway pod", |world| {
        in_list(&mut world.bed.there.pods)[0].node = "node-1".into();
        world.bed.there.announcer = Observed::Present("node-2".into());
        world.not_ready();
    }),
    (
        "gateway-local",
        Broken,
        "no node answers for the address of the gateway of infra (203.0.113.10)",
        |world| {
            world.bed.there.unannounced = Some(300);
            world.not_ready();
        },
    ),
    ("gateway-address", Broken, "the gateway of infra is at 198.51.100.7", |world| {
        in_list(&mut world.bed.there.services)[0].service_type = "NodePort".into();
        world.bed.there.nodes = Observed::Present(vec!["node-1".into(), "198.51.100.7".into()]);
        world.not_ready();
    }),
    ("trust-issuer", Broken, "is not a CA", |world| {
        let issuer = leaf("identity.linkerd.mesh.example");
        world.bed.there.issuer = Observed::Present(vec![issuer].into());
    }),
    ("trust-issuer", Doubtful, "is not ECDSA P-256", |world| {
        world.bed.here.issuer = Observed::Present(vec![p384()].into());
    }),
    ("trust-issuer", Doubtful, "is neither ECDSA P-256 nor RSA with 2048 or 4096 bits", |world| {
        let anchor = p384();
        for cluster in [&mut world.bed.there, &mut world.bed.here] {
            present(&mut cluster.roots).anchors = vec![anchor.clone()];
        }
    }),
    ("controller-network-policy", Broken, "from port 4191 of the gateway of infra", |world| {
        let inside = Opening { peers: Some(vec![Peer::Cluster, Peer::ApiServer]), ..Opening::default() };
        let own = Fence { egress: Some(vec![inside]), ..outward("linkerd-multicluster", "") };
        in_list(&mut world.bed.here.fences).push(own);
        world.not_ready();
    }),
    ("trust-renewal", Doubtful, "is not ready (no signer): it is not renewed", |world| {
        world.bed.there.issuer = stuck(Stuck::Unready("linkerd-identity-issuer".into(), "no signer".into()));
    }),
    ("trust-renewal", Doubtful, "rejected its new issuer (wrong root)", |world| {
        world.bed.here.issuer = stuck(Stuck::Refused("wrong root".into()));
    }),
    ("trust-renewal", Doubtful, "has not reported using the new one", |world| {
        world.bed.there.issuer = stuck(Stuck::Missed);
    }),
    ("trust-renewal", Doubtful, "its Certificate identity is gone", |world| {
        world.bed.there.issuer = stuck(Stuck::Hindered(Hindrance::Gone("identity".into())));
    }),
    ("trust-renewal", Doubtful, "is for the Secret next now, which Linkerd does not read", |world| {
        let other = Hindrance::Elsewhere("identity".into(), "next".into());
        world.bed.there.issuer = stuck(Stuck::Hindered(other));
    }),
    ("trust-renewal", Doubtful, "cert-manager has failed 3 times to make it anew (denied)", |world| {
        let failing = Hindrance::Failing("identity".into(), 3, "denied".into());
        world.bed.there.issuer = stuck(Stuck::Hindered(failing));
    }),
    ("trust-renewal", Doubtful, "expires in 364 days and will not be renewed: the ClusterIssuer", |world| {
        let unsigned = Hindrance::Unsigned("ClusterIssuer", "anchor".into(), "no key".into());
        let (chain, stuck) = (vec![certificate(364 * DAY, -DAY)], Some(Stuck::Hindered(unsigned)));
        world.bed.there.issuer = Observed::Present(Issuer { chain, stuck, ..Issuer::default() });
    }),
    ("trust-renewal", Doubtful, "there is no Issuer anchor that would sign it", |world| {
        let signerless = Hindrance::Signerless("identity".into(), "Issuer", "anchor".into());
        world.bed.here.issuer = stuck(Stuck::Hindered(signerless));
    }),
    ("trust-renewal", Doubtful, "cert-manager has no pod that serves (certs in security)", |world| {
        let unmanned = Hindrance::Unmanned("security".into(), "certs".into());
        world.bed.there.issuer = stuck(Stuck::Hindered(unmanned));
    }),
    ("trust-copies", Doubtful, "was installed with other trust anchors", |world| {
        let own = Authority::new("root").anchor;
        for cluster in [&mut world.bed.there, &mut world.bed.here] {
            present(&mut cluster.roots).anchors = vec![own.clone()];
        }
        present(&mut world.bed.there.settings).anchors = vec![Authority::new("old").anchor.der];
    }),
    ("trust-copies", Doubtful, "CN=other as its CA (ca.crt)", |world| {
        let issuer = Issuer { signers: vec![Authority::new("other").anchor], ..Issuer::default() };
        world.bed.here.issuer = Observed::Present(issuer);
    }),
    (
        "control-plane-network-policy",
        Broken,
        "blocks the service mirror of the Link infra from port 8086 of Linkerd's control plane (destination)",
        |world| {
            let mut own = outward("linkerd-multicluster", "x");
            own.pods = selecting(&[("component", "controller")]);
            in_list(&mut world.bed.here.fences).push(own);
            world.not_ready();
        },
    ),
    ("control-plane-network-policy", Doubtful, "blocks pods of databases in apps from port 8086", |world| {
        in_list(&mut world.bed.here.fences).push(outward("databases", ""));
    }),
    ("control-plane-network-policy", Broken, "blocks the gateway of infra from port 8086", |world| {
        let databases = LabelSelector {
            match_labels: labels(&[("kubernetes.io/metadata.name", "databases")]),
            match_expressions: vec![],
        };
        let peer = Peer::Pods { namespaces: Some(databases), pods: LabelSelector::default() };
        let opening = Opening { peers: Some(vec![peer]), ..Opening::default() };
        let own = fence("linkerd-multicluster", "linkerd-gateway", vec![]);
        let out = Fence { ingress: None, egress: Some(vec![opening]), ..own };
        in_list(&mut world.bed.there.fences).push(out);
        world.not_ready();
    }),
    (
        "control-plane-network-policy",
        Doubtful,
        "blocks the gateway of infra from DNS (UDP port 53)",
        |world| {
            let gateway = selecting(&[("app", "linkerd-gateway")]);
            in_list(&mut world.bed.there.fences).push(mute("linkerd-multicluster", gateway));
        },
    ),
    (
        "control-plane-network-policy",
        Doubtful,
        "service mirror of the Link infra from DNS (UDP port 53)",
        |world| {
            let controller = selecting(&[("component", "controller")]);
            in_list(&mut world.bed.here.fences).push(mute("linkerd-multicluster", controller));
        },
    ),
    ("control-plane-network-policy", Doubtful, "blocks pods of databases in apps from DNS", |world| {
        in_list(&mut world.bed.here.fences).push(mute("databases", LabelSelector::default()));
    }),
    ("backend-policy", Broken, "but only 10.9.0.0/16 count as inside the cluster", |world| {
        in_list(&mut world.bed.there.backends)[0].inbound_policy = Some("cluster-authenticated".into());
        present(&mut world.bed.there.settings).networks = Some(vec!["10.9.0.0/16".into()]);
    }),
    ("mirror-opaque", Doubtful, "is opaque in infra by Linkerd's settings there", |world| {
        present(&mut world.bed.here.settings).opaque_ports = Some("25".into());
    }),
    ("namespace-injection", Doubtful, "has linkerd.io/inject as a label", |world| {
        let mark = Misinjection::Label("enabled".into());
        world.in_consumer(|apps| drop(apps.misinjected.insert("databases".into(), mark)));
    }),
    ("namespace-injection", Doubtful, "has linkerd.io/inject=true, which has no effect", |world| {
        let mark = Misinjection::Value("true".into());
        world.in_consumer(|apps| drop(apps.misinjected.insert("databases".into(), mark)));
    }),
    (
        "namespace-injection",
        Broken,
        "(restricted) rejects pods with a proxy: clients of the mirror cannot be",
        |world| {
            let mark = Misinjection::Barred("restricted".into());
            world.in_consumer(|apps| drop(apps.misinjected.insert("databases".into(), mark)));
        },
    ),
    ("client-ingress", Doubtful, "the Ingress shop routes to postgres-rw-infra-east", |world| {
        let ingress = IngressSeen {
            namespace: "databases".into(),
            name: "shop".into(),
            class: "nginx".into(),
            mirrors: ["postgres-rw-infra-east".to_owned()].into(),
            ..IngressSeen::default()
        };
        world.in_consumer(|apps| in_list(&mut apps.ingresses).push(ingress));
    }),
    ("mirror-pods", Doubtful, "the mirror of a pod that the Service no longer has", |world| {
        let own = labels(&[(names::OF_HEADLESS, "postgres-rw-infra-east")]);
        let stale = ServiceSeen { labels: own, ..ServiceSeen::default() };
        world.in_consumer(|apps| {
            let key = Key::new("databases", "postgres-3-infra-east");
            drop(present(&mut apps.services).by_key.insert(key, stale));
        });
    }),
];
