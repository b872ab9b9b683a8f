//! Jobs and their pods, as far as a probe needs them: what is made, what a dry run shows, what a log is, how they go.

use serde_json::{Value, json};

use crate::room::{Room, until};

const JOBS: &str = "batch/v1";

/// A Job whose pod no node takes.
fn job(name: &str) -> Value {
    let labels = json!({ "probe": "web" });
    let template = json!({ "metadata": { "labels": labels }, "spec": spec() });
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": name, "labels": labels },
        "spec": { "backoffLimit": 0, "ttlSecondsAfterFinished": 60, "activeDeadlineSeconds": 120, "template": template },
    })
}

fn spec() -> Value {
    json!({
        "restartPolicy": "Never", "nodeSelector": { "nobody": "here" },
        "containers": [{ "name": "probe", "image": "example.test/tools:1", "command": ["sh", "-c", "echo"] }],
    })
}

fn pod(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name }, "spec": spec() })
}

pub(crate) async fn a_job_is_made_with_what_its_controller_will_look_for(at: &Room) {
    let answer = at.admin.post(&at.path_of(JOBS, "jobs?fieldManager=mesh-export"), &job("one")).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    let made = answer.ok();
    let metadata = &made["metadata"];
    assert!(metadata["creationTimestamp"].is_string() && metadata["uid"].is_string(), "{made}");
    assert_eq!(metadata["labels"]["probe"], "web");
    assert_eq!(metadata["managedFields"][0]["manager"], "mesh-export");
    let spec = &made["spec"];
    let kept = ["backoffLimit", "ttlSecondsAfterFinished", "activeDeadlineSeconds"].map(|field| &spec[field]);
    assert_eq!(kept, [&json!(0), &json!(60), &json!(120)]);
}

pub(crate) async fn a_dry_run_of_a_job_answers_as_if_and_makes_nothing(at: &Room) {
    let path = at.path_of(JOBS, "jobs?dryRun=All&fieldManager=mesh-export");
    let answer = at.admin.post(&path, &job("one")).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    assert_eq!(answer.ok()["metadata"]["name"], "one");
    assert_eq!(at.admin.get(&at.path_of(JOBS, "jobs/one")).await.code, 404);
}

pub(crate) async fn a_dry_run_of_a_pod_shows_what_admission_makes_of_it(at: &Room) {
    at.furnished().await;
    let answer = at.admin.post(&at.path("pods?dryRun=All"), &pod("one")).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    let shown = answer.ok();
    assert_eq!(shown["spec"]["containers"][0]["name"], "probe");
    assert_eq!(shown["spec"]["restartPolicy"], "Never");
    assert_eq!(at.admin.get(&at.path("pods/one")).await.code, 404);
}

pub(crate) async fn a_job_goes_by_its_name_in_the_background(at: &Room) {
    at.admin.post(&at.path_of(JOBS, "jobs"), &job("one")).await.ok();
    let path = at.path_of(JOBS, "jobs/one");
    let gone = at.admin.delete_with(&path, json!({ "propagationPolicy": "Background" })).await;
    assert_eq!(gone.code, 200, "{}", gone.text);
    until("the Job is gone", async || at.admin.get(&path).await.code == 404).await;
    let again = at.admin.delete_with(&path, json!({ "propagationPolicy": "Background" })).await;
    assert_eq!((again.code, again.refusal().1), (404, "NotFound"), "{}", again.text);
}

pub(crate) async fn a_pod_without_a_node_has_an_empty_log(at: &Room) {
    at.furnished().await;
    at.make("pods", pod("one")).await;
    let answer = at.admin.get_as(&at.path("pods/one/log?container=probe&limitBytes=65536"), "*/*").await;
    assert_eq!((answer.code, answer.text.as_str()), (204, ""));
}

pub(crate) async fn a_log_is_of_a_pod_and_a_container_that_are_there(at: &Room) {
    at.furnished().await;
    at.make("pods", pod("one")).await;
    let answer = at.admin.get_as(&at.path("pods/nope/log"), "*/*").await;
    assert_eq!((answer.code, answer.refusal().1), (404, "NotFound"), "{}", answer.text);
    let answer = at.admin.get_as(&at.path("pods/one/log?container=nope"), "*/*").await;
    assert_eq!(answer.refusal(), (400, "BadRequest", "container nope is not valid for pod one"));
    let mut two = pod("two");
    two["spec"]["containers"] = json!([{ "name": "a", "image": "a" }, { "name": "b", "image": "b" }]);
    at.make("pods", two).await;
    let answer = at.admin.get_as(&at.path("pods/two/log"), "*/*").await;
    let words = "a container name must be specified for pod two, choose one of: [a b]";
    assert_eq!(answer.refusal(), (400, "BadRequest", words));
}
