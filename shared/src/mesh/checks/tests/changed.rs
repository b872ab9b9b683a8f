//! Checks of what somebody has changed: how bad it is, and where it is none.

use super::near::{at, fence, from};
use super::*;
use crate::mesh::machinery::{Opening, Peer, Pod, Settings};
use crate::mesh::network::Cidr;
use crate::mesh::samples::mirror;
use crate::mesh::snapshot::{EndpointsSeen, Trusting};
use crate::terms::Labels;

fn database(change: impl FnOnce(&mut Pod)) -> impl FnOnce(&mut Bed) {
    |bed| change(&mut in_list(&mut bed.there.backends)[0])
}

#[test]
fn proxies_go_to_each_other_by_their_own_port_or_before_2_18_by_that_of_the_application() {
    let with = |ports: &'static [&str], set: fn(&mut Settings), opaque: bool| {
        broken(|bed| {
            let opening = at(Some(vec![from("linkerd-multicluster")]), ports);
            in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
            let list = if opaque { "5432" } else { "3306" };
            bed.service.annotations.extend(labels(&[("config.linkerd.io/opaque-ports", list)]));
            let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
            set(settings);
        })
        .into_iter()
        .filter(|(id, _)| *id == "backend-network-policy")
        .count()
    };
    let new = |settings: &mut Settings| settings.version = Some("2.18.0".into());
    let old = |settings: &mut Settings| settings.version = Some("stable-2.16.1".into());
    let told = |settings: &mut Settings| settings.transport = Some("transparent".into());
    assert_eq!([with(&["5432"], new, false), with(&["4143"], new, false)], [1, 0]);
    assert_eq!([with(&["5432"], old, false), with(&["4143"], old, false)], [0, 1]);
    assert_eq!([with(&["5432"], told, false), with(&["4143"], told, false)], [0, 1]);
    assert_eq!([with(&["5432"], old, true), with(&["4143"], old, true)], [1, 0], "opaque");
}

#[test]
fn a_flat_mirror_needs_its_backends_open_to_other_clusters() {
    let with = |peers: Vec<Peer>| {
        broken(|bed| {
            bed.way = Way::Flat;
            let opening = Opening { peers: Some(peers), ..Opening::default() };
            in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
        })
    };
    assert_eq!(with(vec![Peer::Cluster]), error("backend-network-policy"));
    assert_eq!(with(vec![Peer::Range(Cidr::read("10.2.0.0/16").unwrap(), vec![])]), vec![]);
    let connected = broken(|bed| {
        bed.way = Way::Flat;
        let opening = Opening { peers: Some(vec![Peer::Cluster]), ..Opening::default() };
        in_list(&mut bed.there.fences).push(fence("databases", "postgres", opening));
        let Observed::Present(cilium) = &mut bed.there.cilium else { panic!("seen") };
        cilium.mesh = Observed::Present(());
    });
    assert_eq!(connected, vec![], "Cilium may know pods of the other cluster as its own");
}

#[test]
fn a_mirror_of_a_headless_service_leads_to_those_of_its_pods_and_a_new_link_is_followed_soon() {
    let with = |change: fn(&mut ServiceSeen), is_fresh: bool| {
        let bed = Bed::healthy();
        let mut service = bed.service.clone();
        service.labels.insert("mirror.linkerd.io/exported".into(), "true".into());
        change(&mut service);
        let bed = Bed { service: service.clone(), ..bed };
        let made = ServiceSeen {
            is_headless: service.is_headless,
            ..mirror(&exported(), "infra-east", &service.version)
        };
        let all = bed.seen_with(|apps| {
            let key = Key::new("databases", "postgres-rw-infra-east");
            let Observed::Present(services) = &mut apps.services else { panic!("seen") };
            services.by_key.insert(key.clone(), made);
            let Observed::Present(endpoints) = &mut apps.endpoints else { panic!("seen") };
            let addresses = ["10.43.0.7".to_owned()].into();
            let own = labels(&[
                ("mirror.linkerd.io/mirrored-service", "true"),
                ("mirror.linkerd.io/cluster-name", "infra-east"),
            ]);
            let ends = EndpointsSeen { ready: 1, addresses, labels: own, ..Default::default() };
            endpoints.by_key.insert(key, ends);
            let Observed::Present(links) = &mut apps.links else { panic!("seen") };
            links[0].is_fresh = is_fresh;
        });
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(&all, &[routed], &exported(), &bed.service);
        let findings = ask(&all, &exported(), &bed.service, &targets);
        findings.iter().find(|one| one.check == "mirror-address").map(|one| one.severity)
    };
    assert_eq!(with(|_| (), false), Some(Severity::Error));
    assert_eq!(with(|_| (), true), Some(Severity::Warning));
    assert_eq!(with(|service| service.is_headless = true, false), None);
}

#[test]
fn a_kubeconfig_without_an_authority_is_doubted() {
    for (trusting, words) in
        [(Trusting::Public, "name no CA"), (Trusting::Anything, "accept any server"), (Trusting::Own, "")]
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
fn a_gateway_without_pods_is_brought_up_by_what_keeps_them_from_being_made() {
    let said = |wanted: u32, trouble: &str| {
        let mut bed = Bed::healthy();
        let gateway = in_list(&mut bed.there.services)[0].name.clone();
        in_list(&mut bed.there.pods).retain(|pod| pod.labels.get("app") != Some(&gateway));
        let trouble = trouble.to_owned();
        in_list(&mut bed.there.deployments).retain(|one| one.name != gateway);
        let deployment = Deployment { name: gateway, wanted, trouble, ..Deployment::default() };
        in_list(&mut bed.there.deployments).push(deployment);
        let finding = bed.findings().into_iter().find(|one| one.check == "gateway-up").unwrap();
        (finding.summary, finding.remedy.unwrap().to_string())
    };
    let (scaled, remedy) = said(0, "");
    assert_eq!(scaled, "the gateway of infra has no ready pod: it is scaled to 0");
    assert!(remedy.ends_with("scale deployment/linkerd-gateway --replicas=1`"), "{remedy}");
    let (_, remedy) = said(1, "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"");
    assert!(remedy.contains("pod-security.kubernetes.io/enforce"), "{remedy}");
    let (_, remedy) = said(1, "");
    assert!(remedy.contains("describe pods"), "{remedy}");
}

#[test]
fn ports_that_pods_take_otherwise_are_told_as_each_side_says() {
    let said = |(port, name): (u16, &str), service: &str, pod: &str| {
        let mut bed = Bed::healthy();
        let key = "config.linkerd.io/opaque-ports";
        (bed.service.ports[0].port, bed.service.ports[0].name) = (port, name.into());
        bed.service.targets[0].0 = port;
        bed.service.annotations.insert(key.into(), service.into());
        database(|one| {
            one.annotations.insert(key.into(), pod.into());
        })(&mut bed);
        let finding = bed.findings().into_iter().find(|one| one.check == "pod-ports");
        finding.map(|finding| finding.summary).unwrap_or_default()
    };
    let ending = "by its pods: connections may hang or fail";
    let (postgres, other) = ((5432, "postgres"), (8432, "db"));
    assert_eq!(
        said(postgres, "5432", "9187"),
        format!("port 5432 is opaque by the Service, but not {ending}")
    );
    assert_eq!(
        said(other, "9187", "5432"),
        format!("port 8432 is not opaque by the Service, but opaque {ending}")
    );
    // That the Service does not say it is told of the Service.
    assert_eq!(said(postgres, "9187", "5432"), "");
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

/// A policy shuts what it selects, so that one to paste may select no pod that is free.
#[test]
fn a_policy_to_paste_selects_what_is_shut_already() {
    let selected = |selecting: &'static [(&'static str, &'static str)]| {
        let mut bed = Bed::healthy();
        let mut shut = fence("databases", "postgres", at(Some(vec![]), &[]));
        shut.pods.match_labels = labels(selecting);
        in_list(&mut bed.there.fences).push(shut);
        let findings = bed.findings();
        let said = findings.iter().find(|one| one.check == "backend-network-policy").unwrap();
        let command = said.remedy.clone().unwrap().command.unwrap();
        let pasted = command.strip_prefix("echo '").unwrap().split_once("' | ").unwrap().0.to_owned();
        let policy: serde_json::Value = serde_json::from_str(&pasted).unwrap();
        policy["spec"]["podSelector"]["matchLabels"].to_string()
    };
    assert_eq!(
        selected(&[("role", "primary")]),
        r#"{"app":"postgres","role":"primary"}"#,
        "replicas stay free"
    );
    assert_eq!(selected(&[]), r#"{"app":"postgres"}"#, "all of the namespace are shut");
}
