//! `--probe` on real API servers: the Job, admission by the real pod security, what its log means, and its end. The
//! injector and the kubelet are stand-ins, and nothing of a mesh runs.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the steps of these tests share may end a test at once, as a test may"
)]

mod end;
mod rights;
mod script;

use crate::faults::stage::{SOON, Stage, ended};
use crate::marks::Marks;
use serde_json::{Value, json};
use testkit::audit::writes;
use testkit::kubectl::Outcome;
use testkit::linkerd::{Injector, Linkerd};
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

/// What the script prints of a `PostgreSQL` that offers TLS.
const POSTGRES: &str = "mesh-export-probe 5432 bytes 53\n";
/// The same of a connection that was ended at once.
const RESET: &str = "mesh-export-probe 5432 ended \n";

/// A stage whose Service is exported and whose mirror is ready.
fn exported(ground: &'static testkit::real::Ground, label: &str) -> Stage {
    let stage = Stage::new(ground, label);
    ended(&stage.export(&[]), 0, &[]);
    stage
}

fn probe(stage: &Stage, more: &[&str]) -> Outcome {
    let line = ["mesh-export", "verify", "svc/postgres-rw", "--probe"];
    stage.kubectl().run(line.iter().chain(more))
}

/// The Jobs in the consumer that are there and not about to go.
fn jobs(stage: &Stage) -> Vec<String> {
    let listed = stage.list("apps", ("batch", "Job", "jobs"));
    let there = listed.into_iter().filter(|job| job["metadata"]["deletionTimestamp"].is_null());
    there.map(|job| job["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

fn finding(outcome: &Outcome, check: &str) -> Value {
    let report = outcome.json();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .find(|one| one["check"] == check)
        .unwrap_or_else(|| panic!("no {check}: {outcome}"))
        .clone()
}

#[test]
fn a_mirror_whose_server_answers_is_proven_and_nothing_is_left() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe");
    let linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let marks = stage.mark();
    let proven = probe(&stage, &[]);
    assert_eq!(proven.code, Some(0), "{proven}");
    let stdout = proven.stdout.replace(stage.world.namespace(), "databases");
    insta::assert_snapshot!(stdout, @r"
    apps: svc/databases/postgres-rw-infra:5432 answered: PostgreSQL, which offers TLS
    SERVICE       CONSUMER   STATE             ADDRESS
    postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432
    ");
    let [infra, apps] = marks.requests();
    assert!(writes(&infra).is_empty(), "a proof changes nothing in the exporter");
    let written: Vec<_> =
        writes(&apps).iter().map(|one| (one.verb.clone(), one.resource.clone(), one.code)).collect();
    let expected = [("create", "batch/jobs", 201), ("delete", "batch/jobs", 200)];
    assert_eq!(written, expected.map(|(verb, what, code)| (verb.to_owned(), what.to_owned(), code)));
    assert_eq!(jobs(&stage), Vec::<String>::new());
    let read =
        linkerd.asked().iter().any(|path| path.starts_with("/containerLogs/") && path.ends_with("/probe"));
    assert!(read, "the log came through the API server: {:?}", linkerd.asked());
}

#[test]
fn an_export_proves_itself_too_and_a_second_one_does_it_again() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "probe-export");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    for change in ["labeled", "unchanged"] {
        let outcome = stage.export(&["--probe", "-o", "json"]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let report = outcome.json();
        assert_eq!(report["changes"][0]["change"], change);
        let port = json!({
            "port": 5432, "protocol": "postgres", "outcome": "answered", "detail": "PostgreSQL, which offers TLS",
        });
        assert_eq!(report["mirrors"][0]["probe"], json!({ "state": "proven", "ports": [port] }));
    }
}

#[test]
fn a_reset_is_no_proof_and_leads_to_the_gateway() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-reset");
    let linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(RESET));
    let outcome = probe(&stage, &[]);
    ended(
        &outcome,
        3,
        &["port 5432 accepts the connection and closes it at once", "logs deploy/linkerd-gateway"],
    );
    assert!(outcome.stdout.contains("postgres-rw-infra:5432 reset\n"), "{outcome}");
    linkerd.says("sh: nc: not found\n");
    let outcome = probe(&stage, &[]);
    ended(&outcome, 3, &["the probe ended without a result: sh: nc: not found", "--probe-image"]);
    assert_eq!(jobs(&stage), Vec::<String>::new());
}

#[test]
fn pod_security_that_takes_no_linkerd_init_is_named_before_anything_is_made() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-baseline");
    stage.world.enforces("apps", "baseline");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let marks = stage.mark();
    let outcome = probe(&stage, &["-o", "json"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let found = finding(&outcome, "probe-pod-security");
    let text = found["summary"].as_str().unwrap();
    assert!(text.contains("enforces pod security baseline"), "{text}");
    assert!(
        text.contains("violates PodSecurity \"baseline:latest\"") && text.contains("NET_ADMIN"),
        "{text}"
    );
    let command = found["remedy"]["command"].as_str().unwrap();
    assert!(command.ends_with("pod-security.kubernetes.io/enforce=privileged"), "{command}");
    assert_eq!(marks.writes(), crate::marks::NOTHING);
}

/// The real pod security takes the pod of the probe where it is strictest.
#[test]
fn beside_the_cni_plugin_it_runs_where_pod_security_is_strictest() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-restricted");
    stage.world.enforces("apps", "restricted");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithCni, Some(POSTGRES));
    ended(&probe(&stage, &[]), 0, &[]);
}

/// Who may make Jobs and no pods cannot ask beforehand: the controller of Jobs tells.
#[test]
fn a_job_that_gets_no_pod_says_why() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-no-pod");
    stage.world.enforces("apps", "baseline");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let forbidden = Answer::forbidden("tester", "create", "pods", stage.world.namespace());
    stage.apps.on(When::first("POST", "/pods"), Fault::Answer(forbidden));
    ended(&probe(&stage, &[]), 3, &["enforces pod security baseline", "Error creating: pods", "NET_ADMIN"]);
    assert_eq!(jobs(&stage), Vec::<String>::new());
}

#[test]
fn without_an_injector_nothing_would_be_proved_and_nothing_is_made() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-unmeshed");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::Absent, Some(POSTGRES));
    let marks = stage.mark();
    ended(&probe(&stage, &[]), 3, &["get no proxy", "linkerd-proxy-injector-webhook-config"]);
    assert_eq!(marks.writes(), crate::marks::NOTHING);
}

#[test]
fn a_dry_run_says_what_would_be_probed_and_makes_nothing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "probe-dry");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let marks = Marks::about(&stage.world);
    for way in ["--dry-run=client", "--dry-run=server"] {
        let outcome = stage.export(&["--probe", way]);
        assert_eq!(outcome.code, Some(5), "{outcome}");
        assert!(outcome.stdout.contains("postgres-rw-infra: to be probed\n"), "{outcome}");
    }
    let [_, apps] = marks.requests();
    let sent =
        |resource: &str| apps.iter().filter(|one| one.verb == "create" && one.resource == resource).count();
    assert_eq!((sent("pods"), sent("batch/jobs")), (1, 1), "the server judges both");
    assert_eq!(marks.writes(), crate::marks::NOTHING);
    stage.world.enforces("apps", "baseline");
    ended(&stage.export(&["--probe", "--dry-run=server"]), 3, &["violates PodSecurity"]);
}

#[test]
fn flags_that_make_no_sense_together_are_refused_with_the_reason() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let stage = Stage::new(ground, "probe-usage");
    ended(&stage.export(&["--probe", "--no-wait"]), 2, &["--no-wait does not wait for them"]);
    ended(&stage.export(&["--probe-image=x"]), 2, &["--probe"]);
    ended(&probe(&stage, &["--probe-timeout=0"]), 2, &["leaves no time for a probe"]);
    ended(&stage.undo(&["--probe"]), 2, &["unexpected argument '--probe'"]);
    assert!(stage.infra.requests().is_empty(), "nothing is asked: within {SOON:?}");
}
