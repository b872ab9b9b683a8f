use serde_json::json;

use super::*;

/// The word and the ready containers of a pod with these statuses.
fn word(pod: &Value) -> (String, String) {
    let summary = Summary::of(pod);
    (summary.word, format!("{}/{}", summary.ready, summary.containers))
}

fn said(word: &str, ready: &str) -> (String, String) {
    (word.to_owned(), ready.to_owned())
}

fn running(statuses: &Value, conditions: &Value) -> Value {
    json!({
        "spec": { "containers": [{}, {}] },
        "status": { "phase": "Running", "conditions": conditions, "containerStatuses": statuses },
    })
}

fn initializing(status: &Value) -> Value {
    json!({
        "spec": { "containers": [{}], "initContainers": [{ "name": "first" }, { "name": "second" }] },
        "status": { "phase": "Pending", "initContainerStatuses": [
            { "name": "first", "restartCount": 2, "state": { "terminated": { "exitCode": 0, "reason": "Completed" } } },
            status,
        ] },
    })
}

fn up() -> Value {
    json!({ "ready": true, "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } } })
}

fn ended(code: i64, reason: &str) -> Value {
    json!({ "ready": false, "state": { "terminated": { "exitCode": code, "reason": reason } } })
}

#[test]
fn a_waiting_container_gives_the_reason() {
    let waiting = json!({ "restartCount": 5, "state": { "waiting": { "reason": "CrashLoopBackOff" } } });
    assert_eq!(word(&running(&json!([waiting, up()]), &json!([]))), said("CrashLoopBackOff", "1/2"));
    assert_eq!(
        word(&running(&json!([up(), { "state": { "waiting": {} } }]), &json!([]))),
        said("Running", "1/2")
    );
}

#[test]
fn the_first_of_several_ends_gives_the_word() {
    let both = json!([ended(1, "Error"), ended(137, "OOMKilled")]);
    assert_eq!(word(&running(&both, &json!([]))), said("Error", "0/2"));
}

#[test]
fn a_container_that_is_done_does_not_hide_the_others() {
    let ready = json!([{ "type": "Ready", "status": "True" }]);
    let done = json!([ended(0, "Completed"), up()]);
    assert_eq!(word(&running(&done, &ready)), said("Running", "1/2"));
    assert_eq!(word(&running(&done, &json!([]))), said("NotReady", "1/2"));
    assert_eq!(
        word(&running(&json!([ended(0, "Completed"), ended(2, "Error")]), &ready)),
        said("Error", "0/2")
    );
    let all = json!([ended(0, "Completed"), ended(0, "Completed")]);
    assert_eq!(word(&running(&all, &ready)), said("Completed", "0/2"));
}

#[test]
fn a_pod_that_initializes_says_how_far_it_is() {
    for (state, expected) in [
        (json!({ "running": {} }), "Init:1/2"),
        (json!({ "waiting": { "reason": "PodInitializing" } }), "Init:1/2"),
        (json!({ "waiting": { "reason": "ErrImagePull" } }), "Init:ErrImagePull"),
        (json!({ "terminated": { "exitCode": 3 } }), "Init:ExitCode:3"),
        (json!({ "terminated": { "exitCode": 3, "signal": 9 } }), "Init:Signal:9"),
    ] {
        let pod = initializing(&json!({ "name": "second", "state": state }));
        assert_eq!(word(&pod), said(expected, "0/1"));
    }
}

#[test]
fn restarts_of_what_initialized_are_forgotten_when_it_is_done() {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let under_way = initializing(&json!({ "name": "second", "restartCount": 1, "state": { "running": {} } }));
    assert_eq!(Summary::of(&under_way).restarts.print(now), "3");
    let done = initializing(&ended(0, "Completed"));
    assert_eq!(Summary::of(&done).restarts.print(now), "0");
}

#[test]
fn a_sidecar_counts_as_a_container() {
    let state = json!({ "running": {} });
    let status =
        json!({ "name": "proxy", "restartCount": 4, "ready": true, "started": true, "state": state });
    let pod = json!({
        "spec": { "containers": [{}], "initContainers": [{ "name": "proxy", "restartPolicy": "Always" }] },
        "status": { "phase": "Running", "initContainerStatuses": [status], "containerStatuses": [up()] },
    });
    assert_eq!(word(&pod), said("Running", "2/2"));
    assert_eq!(Summary::of(&pod).restarts.print(jiff::Timestamp::UNIX_EPOCH), "4");
}

#[test]
fn a_pod_that_is_deleted_terminates_unless_it_had_ended_or_its_node_is_lost() {
    for (phase, reason, expected) in [
        ("Running", "", "Terminating"),
        ("Succeeded", "", "Succeeded"),
        ("Failed", "Evicted", "Evicted"),
        ("Running", "NodeLost", "Unknown"),
    ] {
        let metadata = json!({ "deletionTimestamp": "2026-01-01T00:00:00Z" });
        let pod = json!({ "metadata": metadata, "status": { "phase": phase, "reason": reason } });
        assert_eq!(word(&pod), said(expected, "0/0"));
    }
}

#[test]
fn a_gated_pod_says_so() {
    let gated = json!({ "type": "PodScheduled", "status": "False", "reason": "SchedulingGated" });
    let pod = json!({ "status": { "phase": "Pending", "conditions": [gated] } });
    assert_eq!(word(&pod), said("SchedulingGated", "0/0"));
}
