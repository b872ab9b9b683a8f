use super::super::outcome::{Outcome, PortOutcome, Security, Trouble};
use super::super::protocol::Protocol;
use super::super::samples::target;
use super::*;
use crate::mesh::link::Way;
use crate::mesh::samples::{consumer, default_link, mesh, service};
use crate::terms::Obstacle;
use crate::verdict::Severity;

fn seen() -> MeshSeen {
    mesh(service(), vec![("apps", consumer(vec![default_link("infra-link")]))])
}

fn of(probed: &Probed) -> Vec<Finding> {
    findings(&seen(), &target("web-infra"), probed)
}

fn port(outcome: Outcome, detail: &str) -> Probed {
    let detail = detail.to_owned();
    Probed::Ran(vec![PortOutcome { port: 5432, protocol: Protocol::Postgres, outcome, detail }])
}

fn remedy(probed: &Probed) -> String {
    let found = of(probed);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.remedy.as_ref().unwrap().to_string()
}

#[test]
fn what_is_no_proof_is_an_error_and_what_is_one_is_not() {
    for outcome in Outcome::ALL {
        let found = of(&port(outcome, ""));
        let errors = found.iter().any(|finding| finding.severity == Severity::Error);
        assert_eq!(errors, !outcome.is_proof(), "{outcome:?}");
    }
}

#[test]
fn a_held_connection_says_what_it_does_not_prove() {
    let found = of(&port(Outcome::Held, ""));
    assert_eq!((found[0].check, found[0].severity), ("probe-held", Severity::Info));
    assert!(found[0].summary.contains("not that its server works"), "{}", found[0].summary);
}

#[test]
fn a_reset_leads_to_the_log_of_the_gateway_in_the_exporter() {
    let command = "`kubectl --context infra-admin --namespace linkerd-multicluster logs deploy/linkerd-gateway \
                   --container linkerd-proxy --tail=50`";
    assert!(remedy(&port(Outcome::Reset, "")).ends_with(command), "{}", remedy(&port(Outcome::Reset, "")));
}

#[test]
fn each_way_to_fail_has_a_command_for_its_place() {
    for (outcome, command) in [
        (Outcome::TimedOut, "--context apps-admin --namespace databases get networkpolicies"),
        (Outcome::Refused, "get endpointslices --selector kubernetes.io/service-name=web-infra"),
        (Outcome::Unresolved, "--namespace databases get svc/web-infra -o wide"),
        (Outcome::WrongAnswer, "--context infra-admin --namespace databases describe svc/web"),
    ] {
        assert!(remedy(&port(outcome, "")).contains(command), "{outcome:?}: {}", remedy(&port(outcome, "")));
    }
}

#[test]
fn past_the_gateway_nothing_speaks_of_it() {
    for way in [Way::Flat, Way::Federated] {
        let target = Target { way, ..target("web-infra") };
        for outcome in Outcome::ALL {
            for finding in findings(&seen(), &target, &port(outcome, "")) {
                let text = format!("{} {:?}", finding.summary, finding.remedy);
                assert!(!text.contains("gateway"), "{outcome:?}: {text}");
            }
        }
        let remedy =
            |outcome| findings(&seen(), &target, &port(outcome, ""))[0].remedy.clone().unwrap().to_string();
        for outcome in [Outcome::TimedOut, Outcome::Refused, Outcome::Unreachable] {
            let said = remedy(outcome);
            assert!(said.contains("--context infra-admin --namespace databases get pods -o wide"), "{said}");
        }
        assert!(remedy(Outcome::Reset).contains("clients of apps"), "{}", remedy(Outcome::Reset));
    }
}

#[test]
fn pod_security_is_named_with_its_level_and_what_would_be_allowed() {
    let refused = |level: Option<&str>, cni| {
        let security = Some(Security { level: level.map(str::to_owned), cni });
        let found = of(&Probed::Stopped(Trouble::PodRefused { message: "violates".to_owned(), security }));
        (found[0].check, found[0].summary.clone(), found[0].remedy.as_ref().unwrap().to_string())
    };
    let (check, text, remedy) = refused(Some("baseline"), Some(false));
    assert_eq!(check, "probe-pod-security");
    assert_eq!(
        text,
        "no meshed pod can run in its namespace: the namespace databases enforces pod security baseline, and Linkerd runs \
         without linkerd-cni, so each meshed pod needs NET_ADMIN; the server says: violates"
    );
    assert!(
        remedy.ends_with("label --overwrite ns databases pod-security.kubernetes.io/enforce=privileged`"),
        "{remedy}"
    );
    assert!(!refused(Some("restricted"), Some(true)).2.contains("enforce=privileged"));
    assert!(!refused(None, Some(false)).2.contains("label"), "there is no label to change");
}

#[test]
fn what_cannot_be_asked_is_unknown_and_names_the_right() {
    let obstacle = Obstacle::Forbidden {
        verb: "create".into(),
        resource: "jobs.batch".into(),
        namespace: Some("databases".into()),
        message: String::new(),
    };
    let found = of(&Probed::Blind(obstacle));
    assert_eq!((found[0].check, found[0].severity), ("probe-unseen", Severity::Unknown));
    assert!(found[0].remedy.as_ref().unwrap().to_string().contains("can-i create jobs.batch"));
}

#[test]
fn a_job_that_stays_is_named_with_the_command_that_removes_it() {
    let found = left_behind(&seen(), &target("web-infra"), "mesh-probe-web-infra-0123abcd", "no answer");
    assert_eq!(found.severity, Severity::Warning);
    let remedy = found.remedy.unwrap().to_string();
    let command = "`kubectl --context apps-admin --namespace databases delete job/mesh-probe-web-infra-0123abcd \
                   --cascade=background --ignore-not-found`";
    assert!(remedy.ends_with(command), "{remedy}");
}
