//! However a probe ends, its Job is removed, or somebody is told how.

use super::{POSTGRES, exported, jobs, probe};
use crate::faults::stage::{SOON, Stage, ended};
use k8s_openapi::api::batch::v1::Job;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;
use testkit::kubectl::{Running, Signal};
use testkit::linkerd::{Injector, Linkerd};
use testkit::proxy::{Answer, Fault, When};
use testkit::real::Ground;
use testkit::world::{mesh_shared, wait};

/// A stage whose probe is never given a node.
fn waiting(ground: &'static Ground, label: &str) -> (Stage, Linkerd) {
    let stage = exported(ground, label);
    let linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, None);
    (stage, linkerd)
}

fn begun(stage: &Stage) -> Running {
    let kubectl = stage.kubectl();
    let running = kubectl.spawn(["mesh-export", "verify", "svc/postgres-rw", "--probe"]);
    stage.eventually("the Job is there", || !jobs(stage).is_empty());
    running
}

#[test]
fn a_probe_that_no_node_takes_is_given_up_in_time_and_removed() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let (stage, _linkerd) = waiting(ground, "probe-late");
    let outcome = probe(&stage, &["--probe-timeout=2s"]);
    ended(&outcome, 3, &["the probe was not done in time: its pod has not started", "--probe-timeout"]);
    assert_eq!(jobs(&stage), Vec::<String>::new());
}

#[test]
fn a_probe_that_is_stopped_is_removed_and_the_report_is_printed() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let (stage, _linkerd) = waiting(ground, "probe-stopped");
    for (signal, code) in [(Signal::Interrupt, 130), (Signal::Terminate, 143)] {
        let mut running = begun(&stage);
        running.signal(signal);
        let outcome = running.wait(SOON);
        ended(&outcome, code, &[]);
        assert!(outcome.stdout.contains("endpoints ready"), "{outcome}");
        assert_eq!(jobs(&stage), Vec::<String>::new());
    }
}

/// The API server has made the Job, and the plugin never hears of it.
#[test]
fn a_job_of_which_no_answer_came_is_removed_all_the_same() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let (stage, _linkerd) = waiting(ground, "probe-doubt");
    stage.apps.on(When::first("POST", "/jobs"), Fault::HoldAfter);
    let kubectl = stage.kubectl();
    let mut running = kubectl.spawn(["mesh-export", "verify", "svc/postgres-rw", "--probe"]);
    let held = stage.apps.wait_held(SOON);
    running.signal(Signal::Interrupt);
    let outcome = running.wait(SOON);
    stage.apps.cut_held();
    assert!(held.is_some(), "the Job was never sent: {outcome}");
    ended(&outcome, 130, &[]);
    assert_eq!(jobs(&stage), Vec::<String>::new());
}

/// What a run that was killed leaves, a day later.
fn old_job(stage: &Stage) {
    let labels = json!({ "mesh-export.platform.tools/probe": "postgres-rw-infra" });
    let container = json!({ "name": "probe", "image": "example.test/tools:1" });
    let template = json!({ "spec": { "restartPolicy": "Never", "containers": [container] } });
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "old", "labels": labels },
        "spec": { "suspend": true, "activeDeadlineSeconds": 120, "template": template },
    });
    stage.world.apply("apps", job);
    let long_ago = "2026-01-01T00:00:00Z";
    let condition = |kind: &str| json!({ "type": kind, "status": "True", "lastTransitionTime": long_ago });
    let status =
        json!({ "startTime": long_ago, "conditions": [condition("FailureTarget"), condition("Failed")] });
    let jobs = Api::<Job>::namespaced(stage.world.client("apps"), stage.world.namespace());
    wait(async move || {
        let patch = Patch::Merge(json!({ "status": status }));
        jobs.patch_status("old", &PatchParams::default(), &patch).await.unwrap();
    });
}

#[test]
fn what_a_killed_run_left_goes_with_the_next_probe_of_the_same_mirror() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-killed");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    let kubectl = stage.kubectl();
    stage.apps.on(When::every("GET", "/log"), Fault::HoldBefore);
    let mut running = kubectl.spawn(["mesh-export", "verify", "svc/postgres-rw", "--probe"]);
    let held = stage.apps.wait_held(SOON);
    running.signal(Signal::Kill);
    let killed = running.wait(SOON);
    stage.apps.cut_held();
    stage.apps.reset();
    assert!(held.is_some(), "the log was never asked for: {killed}");
    let left = jobs(&stage);
    assert_eq!(left.len(), 1, "{killed}");
    old_job(&stage);
    ended(&probe(&stage, &[]), 0, &[]);
    assert_eq!(jobs(&stage), left, "one that ended just now may be read by somebody");
}

#[test]
fn a_job_that_cannot_be_removed_is_named_with_the_command_that_does_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = exported(ground, "probe-left");
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(POSTGRES));
    stage.apps.on(
        When::every("DELETE", "/jobs/"),
        Fault::Answer(Answer::refusal(403, "Forbidden", "a policy says no")),
    );
    let outcome = probe(&stage, &[]);
    let left = jobs(&stage);
    assert_eq!(left.len(), 1, "{outcome}");
    let command = format!("delete job/{} --cascade=background --ignore-not-found`", left[0]);
    ended(&outcome, 0, &["may be left behind", &command]);
}
