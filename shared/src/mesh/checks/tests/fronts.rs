//! What comes to the gateway's Service has to get to a proxy that is told to be a gateway.

use super::*;
use crate::mesh::machinery::{GatewayService, Pod};
use crate::terms::Labels;

fn front(change: impl FnOnce(&mut GatewayService)) -> impl FnOnce(&mut Bed) {
    |bed| change(&mut in_list(&mut bed.there.services)[0])
}

/// What is said of a gateway: the severity, the words, and the command.
fn said(check: &str, change: impl FnOnce(&mut Bed)) -> Option<(Severity, String, String)> {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let finding = bed.findings().into_iter().find(|one| one.check == check)?;
    Some((finding.severity, finding.summary, finding.remedy?.command?))
}

fn leading(port: usize, to: &str) -> impl FnOnce(&mut Bed) {
    let to = to.to_owned();
    front(move |service| service.targets[port].1 = to)
}

#[test]
fn a_service_that_selects_no_pod_of_the_gateway_lets_nothing_in() {
    let other = front(|service| service.selector = labels(&[("app", "gateway"), ("tier", "edge")]));
    let (severity, text, command) = said("gateway-up", other).unwrap();
    assert_eq!(severity, Severity::Error);
    assert_eq!(
        text,
        "the Service linkerd-gateway of the gateway of infra selects app=gateway,tier=edge, but no gateway pod has these \
         labels: no traffic gets in"
    );
    assert!(command.ends_with(r#"patch svc/linkerd-gateway --patch '{"spec":{"selector":{"tier":null,"app":"linkerd-gateway"}}}'"#), "{command}");
    let renamed = |bed: &mut Bed| {
        let pod = &mut in_list(&mut bed.there.pods)[0];
        pod.labels.insert("app".into(), "gateway".into());
        pod.annotations = labels(&[("config.linkerd.io/enable-gateway", "true")]);
    };
    let (_, text, _) = said("gateway-up", renamed).unwrap();
    assert!(
        text.contains("selects app=linkerd-gateway, but no gateway pod"),
        "its pods were labelled anew: {text}"
    );
}

#[test]
fn a_service_without_a_selector_or_with_one_pod_of_the_gateway_is_left_alone() {
    assert_eq!(broken(front(|service| service.selector = Labels::new())), vec![]);
    let renamed = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].selector = labels(&[("app", "gateway")]);
        let pods = in_list(&mut bed.there.pods);
        let labelled = labels(&[("app", "gateway"), ("linkerd.io/extension", "multicluster")]);
        let annotations = labels(&[("config.linkerd.io/enable-gateway", "true")]);
        pods.push(Pod {
            name: "new-0".into(),
            labels: labelled,
            annotations,
            is_ready: false,
            ..pods[0].clone()
        });
    };
    assert_eq!(
        said("gateway-up", renamed).map(|said| said.1),
        Some("the gateway of infra has no ready pod".into())
    );
    let rolled = |bed: &mut Bed| {
        renamed(bed);
        in_list(&mut bed.there.pods)[1].is_ready = true;
    };
    assert_eq!(said("gateway-up", rolled), None, "it leads to the new one");
}

#[test]
fn a_port_that_leads_to_no_port_of_the_proxy_lets_nothing_in() {
    let (severity, text, command) = said("gateway-up", leading(0, "4144")).unwrap();
    assert_eq!(severity, Severity::Error);
    assert_eq!(
        text,
        "port mc-gateway of the Service linkerd-gateway of the gateway of infra targets port 4144 of its pods, but their \
         proxies listen on 4143: no client traffic gets in"
    );
    assert!(
        command.ends_with(r#"--patch '{"spec":{"ports":[{"port":4143,"targetPort":4143}]}}'"#),
        "{command}"
    );
    for to in ["4191", "mc-gateway", "linkerd-admin"] {
        assert!(said("gateway-up", leading(0, to)).is_some(), "{to}");
    }
    let (_, text, _) = said("gateway-up", leading(1, "4192")).unwrap();
    assert!(
        text.ends_with("listen on 4191: the probe gets no answer, so the gateway is considered dead"),
        "{text}"
    );
    let beside = |bed: &mut Bed| {
        leading(0, "4144")(bed);
        bed.link.gateway_address = "gateway.example".into();
    };
    assert_eq!(said("gateway-up", beside).unwrap().0, Severity::Warning, "the Link may lead past it");
}

#[test]
fn a_port_that_leads_to_the_proxy_or_to_what_may_hand_on_is_left_alone() {
    for (port, to) in [(0, "linkerd-proxy"), (1, "linkerd-admin")] {
        assert_eq!(broken(leading(port, to)), vec![], "{to}");
    }
    let outside = front(|service| service.ports[0].1 = 443);
    let by_443 = |bed: &mut Bed| {
        outside(bed);
        bed.link.gateway.port = "443".into();
    };
    assert_eq!(broken(by_443), vec![], "another port from outside");
    let with_pod = |change: fn(&mut Pod)| {
        broken(move |bed| {
            leading(0, "5143")(bed);
            change(&mut in_list(&mut bed.there.pods)[0]);
        })
    };
    let moved = |pod: &mut Pod| pod.listening.0 = 5143;
    assert_eq!(with_pod(moved), vec![], "the proxy listens there");
    assert_eq!(with_pod(|pod| pod.ports.push(("relay".into(), 5143))), vec![], "another container does");
    assert_eq!(with_pod(|pod| pod.listening.0 = 0), vec![], "nobody knows");
    let elsewhere = |bed: &mut Bed| {
        leading(1, "4192")(bed);
        bed.link.gateway.probe.port = "9191".into();
    };
    assert_eq!(said("gateway-up", elsewhere), None, "nobody probes it by this port");
}

#[test]
fn a_proxy_that_is_not_told_to_be_a_gateway_is_none() {
    let plain = |value: Option<&'static str>| {
        said("gateway-meshed", move |bed| {
            let pod = &mut in_list(&mut bed.there.pods)[0];
            pod.is_plain = true;
            pod.annotations =
                value.map(|value| labels(&[("config.linkerd.io/enable-gateway", value)])).unwrap_or_default();
        })
        .unwrap()
    };
    let (severity, text, command) = plain(None);
    assert_eq!(severity, Severity::Error);
    assert!(text.ends_with("does not run in gateway mode: it refuses traffic for other Services"), "{text}");
    let patch =
        r#"{"spec":{"template":{"metadata":{"annotations":{"config.linkerd.io/enable-gateway":"true"}}}}}"#;
    assert!(command.ends_with(&format!("patch deployment/linkerd-gateway --patch '{patch}'")), "{command}");
    let (_, _, command) = plain(Some("true"));
    assert!(command.ends_with("rollout restart deployment/linkerd-gateway"), "{command}");
}

#[test]
fn one_that_starts_is_no_plain_one_yet() {
    let with = |is_ready: bool| {
        said("gateway-meshed", move |bed| {
            let pods = in_list(&mut bed.there.pods);
            pods.push(Pod { name: "linkerd-gateway-1".into(), is_plain: true, is_ready, ..pods[0].clone() });
        })
    };
    assert_eq!(with(false), None);
    assert!(with(true).is_some());
}
