//! What is near a break of what signs, gives proxies, carries the gateway or names the mirror, and is none.

use super::near::{Change, at, fence, from};
use super::*;
use crate::mesh::certificate::samples::Authority;
use crate::mesh::machinery::{Fence, Injector, Issuer, Pod, Settings};
use crate::mesh::snapshot::{EndpointsSeen, Port};
use crate::terms::LabelSelector;

fn settings(seen: &mut Observed<Settings>) -> &mut Settings {
    let Observed::Present(settings) = seen else { panic!("seen") };
    settings
}

/// What lets pods out to these ports of the control plane.
fn out(app: &str, ports: &[&str]) -> Fence {
    let own = fence("linkerd-multicluster", app, at(None, &[]));
    let openings =
        vec![at(Some(vec![from("linkerd")]), ports), at(Some(vec![from("databases")]), &["4143", "5432"])];
    Fence { ingress: None, egress: Some(openings), ..own }
}

const CLOSE: &[(&str, Change)] = &[
    ("a definition of Links as new as Linkerd", |bed| {
        in_list(&mut bed.here.deployments)[0].version = "2.18.0".into();
    }),
    ("an older service mirror has older Links, whatever the control plane is", |bed| {
        bed.link.version = "v1alpha2".into();
        settings(&mut bed.here.settings).version = Some("2.18.0".into());
        settings(&mut bed.there.settings).version = Some("2.18.0".into());
        in_list(&mut bed.here.deployments)[0].version = "edge-24.11.8".into();
    }),
    ("a proxy of two versions ago", |bed| {
        settings(&mut bed.there.settings).version = Some("2.18.0".into());
        in_list(&mut bed.there.pods)[0].annotations = labels(&[("linkerd.io/proxy-version", "edge-24.8.2")]);
    }),
    ("gateways on two nodes", |bed| {
        let pods = in_list(&mut bed.there.pods);
        pods[0].node = "node-1".into();
        pods.push(Pod { name: "linkerd-gateway-1".into(), node: "node-2".into(), ..pods[0].clone() });
    }),
    ("its own node answers for it", |bed| {
        in_list(&mut bed.there.pods)[0].node = "node-1".into();
        bed.there.announcer = Observed::Present("node-1".into());
    }),
    ("a node that the Link leads to", |bed| {
        in_list(&mut bed.there.services)[0].service_type = "NodePort".into();
        bed.there.nodes = Observed::Present(vec!["203.0.113.10".into(), "198.51.100.7".into()]);
    }),
    ("installed with the anchors that are given to proxies", |bed| {
        settings(&mut bed.there.settings).anchors = vec![b"root".to_vec()];
    }),
    ("a Secret that names what lies between", |bed| {
        let root = Authority::new("root");
        let between = root.between("between");
        let issuer = Issuer { signers: vec![between.anchor], ..Issuer::default() };
        for side in [&mut bed.here, &mut bed.there] {
            let Observed::Present(roots) = &mut side.roots else { panic!("seen") };
            roots.anchors = vec![root.anchor.clone()];
            roots.anchors[0].left = None;
        }
        bed.there.issuer = Observed::Present(issuer);
    }),
    ("an injector that serves where a pod of the node's network has no proxy", |bed| {
        bed.there.injector = Observed::Present(Injector {
            pods: Some((1, 1)),
            authorities: Observed::Present(vec![]),
            is_unbundled: false,
            shown: vec![],
            is_missed: false,
            barrier: None,
            age: Some(900),
        });
    }),
    ("the gateway is let to its control plane", |bed| {
        in_list(&mut bed.there.fences).push(out("linkerd-gateway", &["8080", "8086", "8090"]));
    }),
    ("and to all of the cluster", |bed| {
        let all = Fence {
            egress: Some(vec![at(None, &["8080", "8086", "8090", "4143", "5432"])]),
            ..out("x", &[])
        };
        in_list(&mut bed.there.fences).push(Fence { pods: LabelSelector::default(), ..all });
    }),
    ("the gateway is inside by default", |bed| {
        in_list(&mut bed.there.backends)[0].inbound_policy = Some("cluster-authenticated".into());
    }),
    ("an annotation goes with the Service where the defaults differ", |bed| {
        settings(&mut bed.here.settings).opaque_ports = Some("25".into());
        bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", "5432")]);
    }),
    ("another declared protocol", |bed| {
        let app_protocol = "kubernetes.io/h2c".into();
        bed.service.ports.push(Port { port: 9000, protocol: "TCP".into(), app_protocol, ..Port::default() });
    }),
];

#[test]
fn what_is_close_to_a_break_and_none_accuses_nobody() {
    for (what, change) in CLOSE {
        assert_eq!(broken(change), vec![], "{what}");
    }
}

#[test]
fn a_server_that_lets_in_by_address_counts_who_comes_past_the_gateway() {
    let flat = |access: &'static str, address: &'static str| {
        broken(|bed| {
            bed.way = Way::Flat;
            in_list(&mut bed.here.pods)[0].address = address.into();
            let Observed::Present(policies) = &mut bed.there.policies else { panic!("seen") };
            let pods =
                LabelSelector { match_labels: labels(&[("app", "postgres")]), match_expressions: vec![] };
            policies.servers.push(crate::mesh::machinery::Server {
                namespace: "databases".into(),
                name: "postgres".into(),
                port: "5432".into(),
                pods: Some(pods),
                access: access.into(),
                ..crate::mesh::machinery::Server::default()
            });
        })
    };
    assert_eq!(flat("cluster-unauthenticated", "203.0.113.7"), warning("backend-policy"));
    assert_eq!(flat("cluster-unauthenticated", "10.7.0.7"), vec![]);
    assert_eq!(flat("cluster-authenticated", ""), vec![], "nobody knows from where they come");
    assert_eq!(flat("cluster-authenticated", "2001:db8::7"), vec![], "it may have another one");
    assert_eq!(flat("all-unauthenticated", "203.0.113.7"), vec![]);
}

#[test]
fn a_pod_that_is_there_has_its_mirror() {
    let bed = Bed::healthy();
    let mut seen = bed.seen_with(|apps| {
        let own = labels(&[(crate::mesh::names::OF_HEADLESS, "postgres-rw-infra-east")]);
        let mirror = crate::mesh::snapshot::ServiceSeen { labels: own, ..Default::default() };
        let Observed::Present(services) = &mut apps.services else { panic!("seen") };
        services.by_key.insert(crate::mesh::snapshot::Key::new("databases", "postgres-0-infra-east"), mirror);
    });
    let Observed::Present(ends) = &mut seen.endpoints else { panic!("seen") };
    let named = EndpointsSeen {
        ready: 1,
        hostnames: [("postgres-0".to_owned(), true)].into(),
        ..EndpointsSeen::default()
    };
    ends.by_key.insert(exported(), named);
    let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![Way::Gateway] };
    let targets = of_service(&seen, &[routed], &exported(), &bed.service);
    assert_eq!(ask(&seen, &exported(), &bed.service, &targets), vec![]);
}
