//! What keeps pods from serving is named, and what is advised fits it.

use super::*;
use crate::mesh::machinery::Pod;
use crate::terms::Failing;

const REFUSED: &str = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"";

fn failing(container: &str, reason: &str, ended: &str) -> Failing {
    let (container, reason, ended) = (container.to_owned(), reason.to_owned(), ended.to_owned());
    let is_restarted = !reason.is_empty() && !ended.is_empty();
    Failing { container, reason, ended, is_restarted, ..Failing::default() }
}

/// The words, what is to be done, and the evidence.
fn said(check: &str, change: impl FnOnce(&mut Bed)) -> (String, String, Vec<String>) {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let finding = bed.findings().into_iter().find(|one| one.check == check).unwrap();
    let evidence = finding.evidence.iter().map(|one| format!("{} = {}", one.field, one.value)).collect();
    (finding.summary, finding.remedy.unwrap().to_string(), evidence)
}

fn gateway(container: Failing) -> (String, String, Vec<String>) {
    said("gateway-up", |bed| {
        let pod = &mut in_list(&mut bed.there.pods)[0];
        (pod.is_ready, pod.failing) = (false, Some(Box::new(container)));
    })
}

#[test]
fn a_gateway_of_which_a_container_fails_is_told_with_the_container() {
    let (text, remedy, evidence) =
        gateway(failing("linkerd-proxy", "CrashLoopBackOff", "Error, exit code 1"));
    assert_eq!(
        text,
        "the gateway of infra has no ready pod (container linkerd-proxy: CrashLoopBackOff after Error, exit code 1)"
    );
    assert!(
        remedy.ends_with(
            "--namespace linkerd-multicluster logs linkerd-gateway-0 --container linkerd-proxy --previous`"
        ),
        "{remedy}"
    );
    let state = "status.containerStatuses[name=linkerd-proxy].state of pod/linkerd-gateway-0 = CrashLoopBackOff after Error, exit \
                 code 1";
    assert_eq!(evidence[1], state);
    let (_, remedy, _) = gateway(failing("pause", "CrashLoopBackOff", "OOMKilled"));
    assert!(remedy.starts_with("give its container pause more memory"), "{remedy}");
    let (_, remedy, _) = gateway(failing("pause", "", "Error, exit code 1"));
    assert!(remedy.ends_with("--container pause`"), "it was not started again yet: {remedy}");
    let (text, remedy, _) = gateway(failing("linkerd-init", "ImagePullBackOff", ""));
    assert!(text.ends_with("(container linkerd-init: ImagePullBackOff)"), "{text}");
    assert!(remedy.contains("describe pods"), "it wrote nothing: {remedy}");
}

#[test]
fn a_gateway_without_its_deployment_is_to_be_installed_again() {
    let without = |change: fn(&mut Bed)| {
        said("gateway-up", move |bed| {
            in_list(&mut bed.there.pods).clear();
            let name = "linkerd-local-service-mirror".to_owned();
            in_list(&mut bed.there.deployments).push(Deployment { name, wanted: 1, ..Deployment::default() });
            change(bed);
        })
    };
    let (text, remedy, evidence) = without(|_| ());
    assert_eq!(text, "the gateway of infra has no ready pod: its Deployment linkerd-gateway is missing");
    assert!(
        remedy.starts_with("reinstall linkerd-multicluster in infra with `gateway.enabled: true`"),
        "{remedy}"
    );
    assert_eq!(evidence[0], "deployment/linkerd-gateway = <none>");
    let ours = "the gateway of infra has no ready pod";
    let (text, ..) = without(|bed| in_list(&mut bed.there.deployments)[0].name = "linkerd-gateway".into());
    assert_eq!(text, ours, "it is there");
    let own =
        |bed: &mut Bed| in_list(&mut bed.there.deployments)[0].labels = labels(&[("app", "linkerd-gateway")]);
    assert_eq!(without(own).0, ours, "it is called otherwise");
    let hidden = |bed: &mut Bed| bed.there.deployments = Observed::Unknown(Obstacle::Unauthorized);
    assert_eq!(without(hidden).0, ours, "nobody knows");
    let left_out = |bed: &mut Bed| {
        in_list(&mut bed.there.deployments).clear();
        let made = labels(&[("pod-template-hash", "5d8f")]);
        in_list(&mut bed.there.pods).push(Pod { labels: made, ..Pod::default() });
    };
    assert_eq!(without(left_out).0, ours, "the files have none, and somebody makes pods");
}

#[test]
fn a_service_mirror_is_brought_up_by_what_keeps_it() {
    let with = |change: fn(&mut Bed)| {
        said("controller-running", move |bed| {
            in_list(&mut bed.here.deployments)[0].available = 0;
            in_list(&mut bed.here.pods)[0].is_ready = false;
            change(bed);
        })
    };
    let (text, remedy, evidence) = with(|bed| {
        in_list(&mut bed.here.pods)[0].failing =
            Some(Box::new(failing("controller", "CrashLoopBackOff", "OOMKilled")));
    });
    assert!(
        text.ends_with("no pod that serves (container controller: CrashLoopBackOff after OOMKilled)"),
        "{text}"
    );
    assert!(remedy.ends_with("logs controller-infra-0 --container controller --previous`"), "{remedy}");
    assert!(evidence.iter().any(|one| one.ends_with("= CrashLoopBackOff after OOMKilled")), "{evidence:?}");
    let (_, remedy, _) = with(|bed| {
        in_list(&mut bed.here.pods).clear();
        in_list(&mut bed.here.deployments)[0].trouble = REFUSED.into();
    });
    let label =
        "label --overwrite namespace linkerd-multicluster pod-security.kubernetes.io/enforce=privileged`";
    assert!(remedy.contains("linkerd-cni") && remedy.ends_with(label), "{remedy}");
    let (text, remedy, _) = with(|_| ());
    assert!(
        text.ends_with("no pod that serves") && remedy.contains("describe deployment"),
        "{text}: {remedy}"
    );
    let (_, remedy, _) = with(|bed| in_list(&mut bed.here.deployments)[0].trouble = "exceeded quota".into());
    assert!(!remedy.contains("pod-security"), "{remedy}");
}

#[test]
fn backends_that_fail_are_told_with_the_container() {
    let with = |container: Option<Failing>| {
        let mut bed = Bed::healthy();
        let backends = in_list(&mut bed.there.backends);
        (backends[0].is_ready, backends[0].failing) = (false, container.map(Box::new));
        let mut seen = bed.seen();
        let Observed::Present(ends) = &mut seen.endpoints else { panic!("seen") };
        ends.by_key.clear();
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![bed.way] };
        let targets = of_service(&seen, &[routed], &exported(), &bed.service);
        let found = ask(&seen, &exported(), &bed.service, &targets);
        let finding = found.into_iter().find(|one| one.check == "export-endpoints").unwrap();
        (finding.summary, finding.remedy.unwrap().to_string())
    };
    let (text, remedy) = with(Some(failing("postgres", "CrashLoopBackOff", "Error, exit code 2")));
    assert_eq!(
        text,
        "it has no ready endpoints (container postgres: CrashLoopBackOff after Error, exit code 2), so its mirrors will have none"
    );
    assert!(
        remedy.ends_with("--namespace databases logs postgres-0 --container postgres --previous`"),
        "{remedy}"
    );
    let (text, remedy) = with(None);
    assert_eq!(text, "it has no ready endpoints, so its mirrors will have none");
    assert!(remedy.contains("describe pods --selector app=postgres"), "{remedy}");
}
