//! What is near a break, and none.

use super::*;
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::{Fence, Opening, Peer, Probed, Reference, Roots, Route};
use crate::mesh::network::Cidr;
use crate::mesh::snapshot::Trusting;
use crate::terms::{Kind, LabelSelector, Labels};

type Change = fn(&mut Bed);

fn fence(namespace: &str, app: &str, opening: Opening) -> Fence {
    Fence {
        kind: Kind::NetworkPolicy,
        namespace: Some(namespace.into()),
        name: "fence".into(),
        pods: LabelSelector { match_labels: labels(&[("app", app)]), match_expressions: vec![] },
        ingress: Some(vec![opening]),
        egress: None,
    }
}

/// The pods of a namespace by its name.
fn from(namespace: &str) -> Peer {
    let name = labels(&[("kubernetes.io/metadata.name", namespace)]);
    let namespaces = LabelSelector { match_labels: name, match_expressions: vec![] };
    Peer::Pods { namespaces: Some(namespaces), pods: LabelSelector::default() }
}

fn at(peers: Option<Vec<Peer>>, ports: &[&str]) -> Opening {
    Opening { peers, ports: Some(ports.iter().map(|port| ((*port).to_owned(), 0)).collect()) }
}

fn walled(namespace: &str, ports: &[&str]) -> Fence {
    let outward = Some(vec![at(None, ports)]);
    Fence {
        pods: LabelSelector::default(),
        ingress: None,
        egress: outward,
        ..fence(namespace, "", Opening::default())
    }
}

fn database(change: impl FnOnce(&mut crate::mesh::machinery::Pod)) -> impl FnOnce(&mut Bed) {
    |bed| change(&mut in_list(&mut bed.there.backends)[0])
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
        in_list(&mut bed.here.fences).push(walled("linkerd-multicluster", &["6443", "4191"]));
    }),
    ("clients are let out to the gateway", |bed| {
        in_list(&mut bed.here.fences).push(walled("databases", &["4143"]));
    }),
    ("the load balancer lets the node in, or something translates", |bed| {
        in_list(&mut bed.here.pods)[0].host = "192.0.2.7".into();
        in_list(&mut bed.there.services)[0].ranges = vec!["192.0.2.0/24".into()];
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
        in_list(&mut bed.here.probed).push(Probed { name, addresses, identity });
    }),
    ("an issuer of cert-manager is about to be renewed", |bed| {
        // Two days, renewed 25 hours before their end.
        let (left, until) = (Some(25 * 3600), -23 * 3600);
        bed.there.issuer = Observed::Present(Certificate { left, until, ..Certificate::default() });
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
            kind: "HTTPRoute".into(),
            namespace: "databases".into(),
            name: "canary".into(),
            parents: vec![refer("Service", "postgres-rw")],
            backends: vec![refer("Service", "postgres-rw"), refer("Service", "postgres-rw-canary")],
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

#[test]
fn a_policy_for_the_applications_port_alone_shuts_out_what_is_opaque() {
    let only = |opaque: Option<&str>| {
        broken(|bed| {
            let opening = at(Some(vec![from("linkerd-multicluster")]), &["5432"]);
            in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
            let list = opaque.map(|list| ("config.linkerd.io/opaque-ports", list));
            bed.service.annotations.extend(labels(list.as_slice()));
            bed.service.ports[0].name = "http".into();
        })
    };
    assert_eq!(only(None), error("backend-network-policy"), "5432 is opaque by default");
    let detected = only(Some("3306"));
    assert!(detected.contains(&("backend-network-policy", Severity::Warning)), "{detected:?}");
}

#[test]
fn a_flat_mirror_needs_its_backends_open_to_other_clusters() {
    let with = |peers: Vec<Peer>| {
        broken(|bed| {
            bed.way = Way::Flat;
            let opening = Opening { peers: Some(peers), ports: None };
            in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
        })
    };
    assert_eq!(with(vec![Peer::Cluster]), error("backend-network-policy"));
    assert_eq!(with(vec![Peer::Range(Cidr::read("10.2.0.0/16").unwrap(), vec![])]), vec![]);
}

#[test]
fn a_kubeconfig_without_an_authority_is_doubted() {
    for (trusting, words) in
        [(Trusting::Public, "name no authority"), (Trusting::Anything, "take anybody"), (Trusting::Own, "")]
    {
        let bed = Bed::healthy();
        let all = bed.seen_with(|apps| {
            let Observed::Present(links) = &mut apps.links else { panic!("seen") };
            links[0].trusting = trusting;
        });
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(&all, &[routed], &exported(), &bed.service);
        let findings = ask(&all, &exported(), &bed.service, &targets);
        let said: Vec<&str> = findings.iter().map(|finding| finding.summary.as_str()).collect();
        assert_eq!(said.len(), usize::from(!words.is_empty()), "{said:?}");
        assert!(said.iter().all(|said| said.contains(words)), "{said:?}");
    }
}

#[test]
fn what_keeps_pods_from_being_made_is_told_in_the_words_of_the_cluster() {
    let refused = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"";
    let mut bed = Bed::healthy();
    let deployment = &mut in_list(&mut bed.here.deployments)[0];
    (deployment.available, deployment.trouble) = (0, refused.into());
    in_list(&mut bed.here.pods).clear();
    let findings = bed.findings();
    let running = findings.iter().find(|finding| finding.check == "controller-running").unwrap();
    assert!(running.summary.contains(refused), "{}", running.summary);
}

#[test]
fn a_pod_that_says_as_much_as_its_service_is_left_alone() {
    let with = |pairs: &[(&str, &str)]| {
        let annotations: Labels = labels(pairs);
        broken(database(|pod| pod.annotations = annotations))
    };
    assert_eq!(with(&[("config.linkerd.io/opaque-ports", "5432")]), vec![]);
    assert_eq!(with(&[("config.linkerd.io/skip-inbound-ports", "9187")]), vec![]);
    assert_eq!(with(&[("config.linkerd.io/skip-inbound-ports", "5432")]), warning("pod-ports"));
}
