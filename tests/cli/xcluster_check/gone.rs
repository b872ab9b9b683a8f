//! What was taken away as a whole, or leads back to where it comes from: one cause leads, all that gives way with it stands under
//! it, and what is told to be done can be done.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what these tests share may end a test at once, as a test may"
)]

mod extension;
mod itself;

use crate::commands::foreign;
use crate::trust::stage::usual;
use crate::worlds::{plugin, reaching, typed};
use sandbox::world::machinery;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::embedded;
use testkit::kubectl::{Kubectl, Outcome, program};
use testkit::told::{BUT_LOOPBACK, report};

/// What any mirror comes within, and anything that gives way.
const SOON: Duration = Duration::from_secs(30);
/// Longer than anything that is just being installed is excused.
const A_QUARTER_OF_AN_HOUR: i64 = 900;

/// The gateway, as the chart has it: it asks for a proxy, and its pod says who gave it one.
fn gateway(owner: &str) -> Vec<Value> {
    let [account, service, mut deployment] = machinery::gateway("infra");
    let asks = json!({"linkerd.io/inject": "enabled"});
    deployment["spec"]["template"]["metadata"]["annotations"] = asks;
    let mut pod = machinery::gateway_pod();
    pod["metadata"]["labels"]["linkerd.io/control-plane-ns"] = owner.into();
    vec![account, service, deployment, pod]
}

fn control_plane() -> [Value; 3] {
    ["linkerd-destination", "linkerd-identity", "linkerd-proxy-injector"].map(|name| {
        let labels = json!({"app": name});
        let spec = json!({"containers": [{"name": "app", "image": "example.test/app:1"}]});
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "linkerd"},
            "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
            "status": {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}})
    })
}

/// The platform with Linkerd in both clusters, made so many seconds ago; the gateway of infra has its proxy from this namespace.
/// An export has come to apps.
fn platform(age: i64, owner: &str) -> Kubectl {
    let trust = usual();
    let linkerd = || {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "linkerd"}});
        std::iter::once(namespace).chain(trust.objects()).chain(control_plane())
    };
    let infra: Vec<Value> = linkerd().chain(gateway(owner)).collect();
    let apps: Vec<Value> = linkerd().collect();
    let clusters = json!([{"name": "infra", "objects": infra}, {"name": "apps", "objects": apps}]);
    exported(&json!({"extends": "platform", "clusters": clusters}), age)
}

/// A world with an export that has come.
fn exported(world: &Value, age: i64) -> Kubectl {
    let kubectl = reaching(&embedded::aged(&world.to_string(), age));
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    let come = until(&kubectl, "its mirror has come", |outcome| outcome.code == Some(0));
    assert!(come.stdout.starts_with("nothing is wrong"), "{come}");
    kubectl
}

/// Looks until something is said, and returns that.
#[track_caller]
fn until(kubectl: &Kubectl, what: &str, is_so: impl Fn(&Outcome) -> bool) -> Outcome {
    let start = Instant::now();
    loop {
        let outcome = kubectl.run(BUT_LOOPBACK);
        if is_so(&outcome) {
            return outcome;
        }
        assert!(start.elapsed() < SOON, "never: {what}\n{outcome}");
    }
}

/// What leads, where one alone does and everything else stands under it; and the checks of that.
#[track_caller]
fn led(kubectl: &Kubectl, check: &str, more: &[&str]) -> (Value, Vec<String>) {
    let report = report(kubectl, more);
    let mut findings = report["findings"].as_array().unwrap().clone();
    // Real servers may show what is only worth knowing.
    findings.retain(|one| one["severity"] != "info");
    let (leading, under): (Vec<Value>, Vec<Value>) =
        findings.into_iter().partition(|one| one.get("because").is_none());
    assert_eq!(leading.len(), 1, "{leading:#?}");
    let cause = &leading[0];
    assert_eq!((&cause["check"], &cause["severity"]), (&json!(check), &json!("error")), "{cause:#}");
    let text = |one: &Value| one["check"].as_str().unwrap().to_owned();
    assert!(under.iter().all(|one| one["because"] == json!(check)), "{under:#?}");
    (cause.clone(), under.iter().map(text).collect())
}

/// Types what a finding says that is to be done, and returns what that says. Of a pipe the first program is not here, and this is
/// what it would have printed.
#[track_caller]
fn done(kubectl: &Kubectl, finding: &Value, printed: &Value) -> String {
    let command = finding["remedy"]["command"].as_str().unwrap();
    let (made, typed) = command.split_once(" | ").map_or(("", command), |(made, typed)| (made, typed));
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    if !made.is_empty() {
        assert_eq!(foreign::mistake(&words(made)), None, "{command}");
    }
    let mut typed = words(typed);
    assert_eq!(typed.remove(0), "kubectl", "{command}");
    if !made.is_empty() {
        // A sandbox serves no schemas to validate by, and merges on its own side.
        typed.extend(["--server-side", "--force-conflicts", "--validate=false"].map(str::to_owned));
    }
    let another = Kubectl::new(plugin()).kubeconfig(kubectl.home().join("kubeconfig"));
    let outcome = another.stdin(printed.to_string()).run(typed);
    assert_eq!(outcome.code, Some(0), "{command}: {outcome}");
    outcome.stdout + &outcome.stderr
}

#[test]
fn a_control_plane_that_is_gone_leads_where_the_extension_is_left() {
    if program().is_none() {
        return;
    }
    let kubectl = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&kubectl, "delete namespace linkerd");
    let said = kubectl.run(BUT_LOOPBACK);
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
    let (cause, under) = led(&kubectl, "control-plane", &[]);
    assert_eq!((&cause["object"]["cluster"], under), (&json!("infra"), vec!["trust-roots".to_owned()]));
    let seen = done(&kubectl, &cause, &Value::Null);
    assert_eq!(seen, "No resources found in linkerd namespace.\n");
    // A proxy lost its certificate, and no new one gets any.
    typed(&kubectl, "-n linkerd-multicluster delete pod/linkerd-gateway-0");
    let is_told = |outcome: &Outcome| outcome.stdout.contains("gateway-up");
    insta::assert_snapshot!("control_plane_and_gateway", until(&kubectl, "the gateway is missed", is_told));
    let (_, under) = led(&kubectl, "control-plane", &[]);
    assert!(under.iter().any(|check| check == "gateway-up"), "{under:?}");
}

#[test]
fn a_control_plane_that_is_not_there_yet_or_is_elsewhere_is_no_error() {
    if program().is_none() {
        return;
    }
    let young = platform(0, "linkerd");
    typed(&young, "delete namespace linkerd");
    let said = young.run(BUT_LOOPBACK);
    assert_eq!(said.code, Some(0), "{said}");
    assert!(
        said.stdout.replace("\n    ", " ").contains("so far, as while both are being installed"),
        "{said}"
    );
    // It is looked for in one namespace alone, and the proxies are of another one.
    let elsewhere = platform(A_QUARTER_OF_AN_HOUR, "mesh");
    typed(&elsewhere, "delete namespace linkerd");
    let said = elsewhere.run(BUT_LOOPBACK);
    assert!(!said.stdout.contains("(control-plane)"), "{said}");
}

#[test]
fn a_part_of_the_control_plane_that_is_gone_is_told_by_itself() {
    if program().is_none() {
        return;
    }
    let kubectl = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&kubectl, "-n linkerd delete deployment linkerd-identity");
    let (cause, _) = led(&kubectl, "control-plane", &[]);
    assert_eq!(cause["object"]["name"], "linkerd-identity", "{cause:#}");
    let seen = done(&kubectl, &cause, &Value::Null);
    assert!(seen.contains("linkerd-destination"), "{seen}");
}
