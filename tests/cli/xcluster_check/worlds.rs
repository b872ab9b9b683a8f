//! Worlds of the sandbox, healthy and broken: what a person reads, and what a script does.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::embedded;
use testkit::kubectl::{Kubectl, Outcome, program};

/// What any mirror comes or goes within.
const SOON: Duration = Duration::from_secs(30);

/// The plugin that cargo built for this test.
pub(crate) fn plugin() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-xcluster_check"))
}

/// A kubectl that reaches a world of its own, on a terminal that can do nothing but print.
pub(crate) fn kubectl(world: &str) -> Kubectl {
    reaching(&embedded::world(world))
}

/// The same for a kubeconfig of any world.
pub(crate) fn reaching(kubeconfig: &Value) -> Kubectl {
    let kubectl = Kubectl::new(plugin()).env("TERM", "dumb");
    let file = kubectl.home().join("kubeconfig");
    std::fs::write(&file, kubeconfig.to_string()).unwrap();
    kubectl.kubeconfig(file)
}

#[track_caller]
pub(crate) fn typed(kubectl: &Kubectl, line: &str) -> String {
    let outcome = kubectl.run(line.split(' '));
    assert_eq!(outcome.code, Some(0), "{line}: {outcome}");
    outcome.stdout
}

/// Both Services of the database are exported, and their mirrors have come.
fn exported(world: &str) -> Kubectl {
    let kubectl = kubectl(world);
    typed(&kubectl, "-n databases label svc/postgres-rw svc/postgres-ro mirror.linkerd.io/exported=true");
    let come = until(&kubectl, &[], "its mirrors have come", |outcome| outcome.code == Some(0));
    assert!(come.stdout.starts_with("nothing is wrong: "), "{come}");
    kubectl
}

/// Looks until something is said, and returns that.
#[track_caller]
pub(crate) fn until(
    kubectl: &Kubectl,
    words: &[&str],
    what: &str,
    is_so: impl Fn(&Outcome) -> bool,
) -> Outcome {
    let start = Instant::now();
    loop {
        let outcome = kubectl.run(["xcluster-check"].iter().chain(words));
        if is_so(&outcome) {
            return outcome;
        }
        assert!(start.elapsed() < SOON, "never: {what}\n{outcome}");
    }
}

#[test]
fn a_healthy_platform_is_told_so_with_what_was_looked_at() {
    if program().is_none() {
        return;
    }
    let kubectl = exported("extends: platform");
    insta::assert_snapshot!(kubectl.run(["xcluster-check"]));
    let report = kubectl.run(["xcluster-check", "-o", "json"]).json();
    assert_eq!(report["looked"], serde_json::json!({ "links": 1, "mirrors": 2, "questions": 128 }));
    assert_eq!(report["findings"], serde_json::json!([]));
}

#[test]
fn a_gateway_without_pods_leads_and_what_follows_is_counted_under_it() {
    if program().is_none() {
        return;
    }
    let kubectl = exported("extends: platform");
    typed(&kubectl, "-n linkerd-multicluster delete deployment/linkerd-gateway pod/linkerd-gateway-0");
    let said = until(&kubectl, &[], "the gateway is missed", |outcome| outcome.stdout.contains("gateway-up"));
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
}

/// The service mirror does not run. A sandbox is on loopback, which is as wrong for pods as anywhere else, so that this is not
/// asked here.
pub(crate) const STANDS_STILL: &str = "{extends: platform, links: [{importer: apps, exporter: infra, controller: stopped, spec: {excludedLabels: ['cnpg.io/*']}}]}";
const BUT_LOOPBACK: [&str; 3] = ["xcluster-check", "--skip", "credentials-server"];

#[test]
fn a_service_mirror_that_stands_still_explains_the_mirrors_that_do_not_come() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let check = |more: &[&str]| kubectl.run(BUT_LOOPBACK.iter().chain(more));
    typed(&kubectl, "-n databases label svc/postgres-rw svc/postgres-ro mirror.linkerd.io/exported=true");
    let said = check(&[]);
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
    insta::assert_snapshot!("wide", check(&["-o", "wide"]));
    assert_eq!(check(&["-o", "name"]).stdout, "check/controller-running\ncheck/mirror-missing\n");
    let report = check(&["-o", "json"]).json();
    let because: Vec<_> = report["findings"].as_array().unwrap().iter().map(|one| &one["because"]).collect();
    assert_eq!(
        because,
        [&serde_json::Value::Null, &"controller-running".into(), &"controller-running".into()]
    );
}

#[test]
fn a_clock_that_is_behind_and_a_node_that_is_lost_are_told_beside_the_mesh() {
    if program().is_none() {
        return;
    }
    let node = "{apiVersion: v1, kind: Node, metadata: {name: worker-9}, status: {conditions: [{type: Ready, status: Unknown, \
                reason: NodeStatusUnknown, lastTransitionTime: '2026-01-01T00:00:00Z'}]}}";
    let kubectl =
        kubectl(&format!("{{extends: platform, clusters: [{{name: apps, skew: -90, objects: [{node}]}}]}}"));
    let said = kubectl.run(["xcluster-check"]);
    assert_eq!(said.code, Some(3), "{said}");
    // A second may end between two answers.
    insta::assert_snapshot!(said.redacted(&[(r"\b(89|9[01])s\b", "90s"), (r"for \d+ days", "for 9 days")]));
}

#[test]
fn what_is_chosen_is_asked_and_what_counts_is_said() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let code = |words: &[&str]| kubectl.run(BUT_LOOPBACK.iter().chain(words)).code;
    assert_eq!(code(&[]), Some(3));
    assert_eq!(code(&["--skip", "controller-running"]), Some(0));
    assert_eq!(code(&["--only", "gateway-up,gateway-address"]), Some(0));
    assert_eq!(code(&["--only", "check/controller-running"]), Some(3));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    let one = kubectl.run(["xcluster-check", "--only", "gateway-up", "-o", "jsonpath={.looked.questions}"]);
    // Beside it, what could not be seen of both ends.
    assert_eq!(one.stdout, "3", "{one}");
}

#[test]
fn who_asks_for_one_thing_alone_still_hears_that_it_could_not_be_seen() {
    if program().is_none() {
        return;
    }
    let dead = kubectl("extends: apps-down");
    let said = dead.run(["xcluster-check", "--only", "gateway-up"]);
    assert_eq!(said.code, Some(6), "{said}");
    assert!(said.stdout.contains("(cluster-unseen)"), "{said}");
    let blind = "{extends: platform, clusters: [{name: infra, faults: [{verb: list, resource: services, fault: {status: 403}}]}]}";
    let blind = kubectl(blind);
    let said = blind.run(["xcluster-check", "--only", "mirror-missing"]);
    assert_eq!(said.code, Some(4), "{said}");
    let other = dead.run(["xcluster-check", "--only", "not-labelled"]);
    assert_eq!(other.code, Some(2), "{other}");
    assert!(other.stderr.contains("not-labelled is not a check of this command"), "{other}");
}

#[test]
fn an_export_without_backends_is_the_cause_of_its_mirrors_state() {
    if program().is_none() {
        return;
    }
    let kubectl = exported("extends: platform");
    typed(&kubectl, "-n databases delete pod/postgres-1");
    let said = until(&kubectl, &[], "its backends are missed", |outcome| {
        outcome.stdout.contains("(export-endpoints)")
            && outcome.stdout.contains("explains 1 of mirror-endpoints")
    });
    assert_eq!(said.code, Some(3), "{said}");
}

#[test]
fn exports_of_other_namespaces_are_left_out_where_one_is_named() {
    if program().is_none() {
        return;
    }
    let kubectl = exported("extends: platform");
    let mirrors = |words: &[&str]| {
        kubectl.run(["xcluster-check", "-o", "jsonpath={.looked.mirrors}"].iter().chain(words)).stdout
    };
    assert_eq!([mirrors(&[]), mirrors(&["-n", "databases"]), mirrors(&["-n", "shop"])], ["2", "2", "0"]);
    let mistyped = kubectl.run(["xcluster-check", "-n", "database"]);
    assert!(mistyped.stderr.contains("No exports found in database namespace."), "{mistyped}");
}

#[test]
fn a_dead_cluster_hides_no_other_and_makes_the_answer_unsure() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: apps-down");
    let said = kubectl.run(["xcluster-check"]);
    assert_eq!(said.code, Some(6), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_fleet_without_a_link_is_told_how_the_first_one_is_made() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("clusters: [{name: infra}, {name: apps}]");
    let said = kubectl.run(["xcluster-check"]);
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_terminal_of_60_columns_breaks_no_word_and_no_command() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let shown = kubectl.run_on_terminal(60, BUT_LOOPBACK);
    for line in shown.stderr.lines() {
        let said = line.trim();
        assert!(said.len() <= 60 || said.starts_with("kubectl "), "the terminal breaks it: {line:?}");
    }
    insta::assert_snapshot!(shown.stderr);
}
