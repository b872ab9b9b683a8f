//! What is near a break, and none.

use super::*;
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::{
    CiliumSettings, Fence, Opening, Peer, Probed, Reading, Reference, Roots, Route, enforced,
};
use crate::mesh::network::Cidr;
use crate::terms::{Kind, LabelSelector};

pub(super) type Change = fn(&mut Bed);

pub(super) fn fence(namespace: &str, app: &str, opening: Opening) -> Fence {
    Fence {
        kind: Kind::NetworkPolicy,
        namespace: Some(namespace.into()),
        name: "fence".into(),
        pods: LabelSelector { match_labels: labels(&[("app", app)]), match_expressions: vec![] },
        ingress: Some(vec![opening]),
        egress: None,
        denied: [vec![], vec![]],
        is_addition: [false; 2],
        reading: Reading::default(),
    }
}

/// The pods of a namespace by its name.
pub(super) fn from(namespace: &str) -> Peer {
    let name = labels(&[("kubernetes.io/metadata.name", namespace)]);
    let namespaces = LabelSelector { match_labels: name, match_expressions: vec![] };
    Peer::Pods { namespaces: Some(namespaces), pods: LabelSelector::default() }
}

pub(super) fn at(peers: Option<Vec<Peer>>, ports: &[&str]) -> Opening {
    let ports = Some(ports.iter().map(|port| ((*port).to_owned(), 0)).collect());
    Opening { peers, ports, ..Opening::default() }
}

pub(super) fn walled(namespace: &str, ports: &[&str]) -> Fence {
    let outward = Some(vec![at(None, ports)]);
    Fence {
        pods: LabelSelector::default(),
        ingress: None,
        egress: outward,
        ..fence(namespace, "", Opening::default())
    }
}

const NEAR: &[(&str, Change)] = &[
    ("the gateway's ports are open to the world", |bed| {
        let world = Peer::Range(Cidr::read("0.0.0.0/0").unwrap(), vec![]);
        let opening = at(Some(vec![world]), &["4143", "4191"]);
        in_list(&mut bed.there.fences).push(fence("linkerd-multicluster", "linkerd-gateway", opening));
    }),
    ("the policy is about other pods", |bed| {
        in_list(&mut bed.there.fences).push(fence("linkerd-multicluster", "other", at(Some(vec![]), &[])));
    }),
    ("the gateway is let to the proxies of the backends", |bed| {
        let opening = at(Some(vec![from("linkerd-multicluster")]), &["4143"]);
        in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
    }),
    ("and to an application without a proxy", |bed| {
        in_list(&mut bed.there.backends)[0].is_meshed = false;
        let opening = at(Some(vec![from("linkerd-multicluster")]), &["5432"]);
        in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
    }),
    ("the controller is let out to both", |bed| {
        in_list(&mut bed.here.fences)
            .push(walled("linkerd-multicluster", &["6443", "4191", "8080", "8086", "8090"]));
    }),
    ("clients are let out to the gateway", |bed| {
        in_list(&mut bed.here.fences).push(walled("databases", &["4143", "8080", "8086", "8090"]));
    }),
    ("the load balancer lets the node in, or something translates", |bed| {
        in_list(&mut bed.here.pods)[0].host = "192.0.2.7".into();
        in_list(&mut bed.there.services)[0].ranges = vec!["192.0.2.0/24".into()];
    }),
    ("private addresses are translated to public ones", |bed| {
        in_list(&mut bed.here.pods)[0].host = "10.0.0.7".into();
        in_list(&mut bed.there.services)[0].ranges = vec!["198.51.100.7/32".into()];
    }),
    ("all pods are shut in, and some let out", |bed| {
        let out = Fence {
            pods: LabelSelector { match_labels: labels(&[("app", "web")]), match_expressions: vec![] },
            ..walled("databases", &["4143", "8080", "8086", "8090"])
        };
        in_list(&mut bed.here.fences).extend([walled("databases", &["53"]), out]);
    }),
    ("all pods are shut in, and some may ask DNS", |bed| {
        let ask =
            Opening { ports: Some(vec![]), udp_ports: Some(vec![("53".into(), 0)]), ..Opening::default() };
        let one = LabelSelector { match_labels: labels(&[("app", "web")]), match_expressions: vec![] };
        let asking = Fence { pods: one, egress: Some(vec![ask]), ..walled("databases", &[]) };
        let mut mute = walled("databases", &["4143", "8080", "8086", "8090"]);
        mute.egress.iter_mut().flatten().for_each(|opening| opening.udp_ports = Some(vec![]));
        in_list(&mut bed.here.fences).extend([mute, asking]);
    }),
    ("an old Linkerd brings an old Gateway API", |bed| {
        bed.there.has_old_routes = true;
        let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
        settings.version = Some("stable-2.17.1".into());
    }),
    ("nobody knows where the consumer comes from", |bed| {
        in_list(&mut bed.there.services)[0].ranges = vec!["192.0.2.0/24".into()];
    }),
    ("probes are let in from everywhere", |bed| {
        in_list(&mut bed.here.pods)[0].address = "10.2.0.4".into();
        let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
        settings.probe_networks = Some(vec!["0.0.0.0/0".into(), "::/0".into()]);
    }),
    ("versions are one apart", |bed| {
        for (machinery, version) in [(&mut bed.here, "stable-2.17.1"), (&mut bed.there, "stable-2.18.0")] {
            let Observed::Present(settings) = &mut machinery.settings else { panic!("seen") };
            settings.version = Some(version.into());
        }
    }),
    ("the probe is sent to the gateway", |bed| {
        let identity = Some(IDENTITY.to_owned());
        let (name, addresses) = ("probe-infra".into(), vec!["203.0.113.10".into()]);
        in_list(&mut bed.here.probed).push(Probed { name, addresses, ports: vec![4191], identity });
    }),
    ("an issuer of cert-manager is about to be renewed", |bed| {
        // Two days, renewed 25 hours before their end.
        let (left, until) = (Some(25 * 3600), -23 * 3600);
        bed.there.issuer =
            Observed::Present(vec![Certificate { left, until, ..Certificate::default() }].into());
    }),
    ("and one of a day", |bed| {
        let (left, until) = (Some(8 * 3600), -16 * 3600);
        bed.there.issuer =
            Observed::Present(vec![Certificate { left, until, ..Certificate::default() }].into());
    }),
    ("an issuer was made a moment ago, by a clock that is ahead", |bed| {
        let (left, until) = (Some(48 * 3600), 20);
        bed.there.issuer =
            Observed::Present(vec![Certificate { left, until, ..Certificate::default() }].into());
    }),
    ("an anchor of 90 days is in its first days", |bed| {
        let Observed::Present(roots) = &mut bed.there.roots else { panic!("seen") };
        (roots.anchors[0].left, roots.anchors[0].until) = (Some(85 * 24 * 3600), -5 * 24 * 3600);
    }),
    ("who balances loads shows itself as a node", |bed| {
        let opening = at(Some(vec![Peer::Cluster]), &["4143", "4191"]);
        in_list(&mut bed.there.fences).push(fence("linkerd-multicluster", "linkerd-gateway", opening));
    }),
    ("Cilium is told not to enforce them", |bed| {
        in_list(&mut bed.there.fences).push(fence("databases", "postgres", at(Some(vec![]), &[])));
        let unenforced = [Kind::NetworkPolicy].into();
        bed.there.cilium = Observed::Present(CiliumSettings { unenforced, ..CiliumSettings::default() });
        bed.there.fences = bed.there.fences.clone().map(|fences| enforced(fences, &bed.there.cilium));
    }),
    ("own ranges stand beside a public one", |bed| {
        in_list(&mut bed.here.pods)[0].host = "10.2.0.7".into();
        in_list(&mut bed.there.services)[0].ranges = vec!["10.1.0.0/16".into(), "198.51.100.7/32".into()];
    }),
    ("an old pod of the gateway is on its way out", |bed| {
        let old = crate::mesh::machinery::Pod {
            anchors: vec![(*b"old").into()],
            is_over: true,
            ..in_list(&mut bed.there.pods)[0].clone()
        };
        in_list(&mut bed.there.pods).insert(0, old);
    }),
    ("a front has ports of its own", |bed| {
        bed.link.gateway_address = "lb.example".into();
        in_list(&mut bed.there.services)[0].service_type = "NodePort".into();
        in_list(&mut bed.there.services)[0].ports[1].2 = 31191;
        in_list(&mut bed.there.services)[0].ingress.clear();
    }),
    ("an older Service of the probe is left", |bed| {
        let left = |name: &str, address: &str| Probed {
            name: name.into(),
            addresses: vec![address.into()],
            ..Probed::default()
        };
        let both = [left("probe-gateway-infra-east", "198.51.100.1"), left("probe-infra", "203.0.113.10")];
        in_list(&mut bed.here.probed).extend(both);
    }),
    ("an anchor beside the one in use has expired", |bed| {
        let roots = Roots {
            anchors: [Some(-1), Some(400 * 24 * 3600)]
                .into_iter()
                .enumerate()
                .map(|(number, left)| Certificate {
                    der: vec![u8::try_from(number).unwrap()],
                    left,
                    ..Certificate::default()
                })
                .collect(),
            digest: "now".into(),
            ..Roots::default()
        };
        (bed.there.roots, bed.here.roots) = (Observed::Present(roots.clone()), Observed::Present(roots));
    }),
    ("a route leads elsewhere", |bed| {
        let refer = |kind: &str, name: &str| Reference {
            kind: kind.into(),
            namespace: "databases".into(),
            name: name.into(),
        };
        in_list(&mut bed.there.routes).push(Route {
            kind: Kind::HttpRoute,
            group: "gateway.networking.k8s.io".into(),
            namespace: "databases".into(),
            name: "canary".into(),
            parents: vec![refer("Service", "postgres-rw")],
            backends: vec![refer("Service", "postgres-rw"), refer("Service", "postgres-rw-canary")],
            mirrors: None,
        });
    }),
    ("the Link says where the control plane is", |bed| bed.link.target_linkerd_namespace = "linkerd".into()),
];

#[test]
fn what_is_near_a_break_and_none_accuses_nobody() {
    for (what, change) in NEAR {
        assert_eq!(broken(change), vec![], "{what}");
    }
}
