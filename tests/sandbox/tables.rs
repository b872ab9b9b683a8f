//! Tables as `kubectl get` asks for them.

use jiff::SignedDuration;
use serde_json::json;

use crate::visitor::Visitor;

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// As `kubectl get namespaces -w` shows it: the watch has been open for long when the object comes.
#[tokio::test]
async fn the_age_of_an_event_is_that_of_the_moment_in_which_it_is_told() {
    let at = Visitor::new().await;
    let version = at.get("/api/v1/namespaces").await.unwrap().json()["metadata"]["resourceVersion"].clone();
    let path = format!("/api/v1/namespaces?watch=true&resourceVersion={}", version.as_str().unwrap());
    let mut watch = at.watch(&path, TABLE).await;
    at.sandbox.clusters()[0].skew(SignedDuration::from_hours(2));
    at.namespace("late").await;
    let told = watch.told(1).await;
    let cells = &told.events[0]["object"]["rows"][0]["cells"];
    assert_eq!((&cells[0], &cells[2]), (&json!("late"), &json!("0s")), "{told:?}");
}

#[tokio::test]
async fn all_is_what_the_server_means_by_it() {
    let at = Visitor::new().await;
    let mut all = Vec::new();
    for path in ["/api/v1", "/apis/apps/v1", "/apis/batch/v1", "/apis/networking.k8s.io/v1"] {
        let list = at.get(path).await.unwrap().json();
        let resources = list["resources"].as_array().unwrap().iter();
        let chosen = resources.filter(|one| one["categories"] == json!(["all"]));
        all.extend(chosen.map(|one| one["name"].as_str().unwrap().to_owned()));
    }
    all.sort();
    let expected =
        ["cronjobs", "daemonsets", "deployments", "jobs", "pods", "replicasets", "services", "statefulsets"];
    assert_eq!(all, expected);
}

/// A column that would be shown wrong refuses the table, and nothing else.
#[tokio::test]
async fn a_column_that_cannot_be_shown_refuses_tables_alone() {
    let at = Visitor::new().await;
    let column = json!({"name": "Parts", "type": "string", "jsonPath": ".status.parts[0:2]"});
    let definition = json!({"metadata": {"name": "things.mesh.example"}, "spec": {
        "group": "mesh.example", "scope": "Cluster", "names": {"kind": "Thing", "plural": "things"},
        "versions": [{"name": "v1", "served": true, "storage": true, "additionalPrinterColumns": [column]}],
    }});
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    let made = at.send("POST", definitions, definition.to_string().into_bytes()).await.unwrap();
    assert_eq!(made.code, 201, "{made:?}");
    let things = "/apis/mesh.example/v1/things";
    assert_eq!(at.get(things).await.unwrap().code, 200);
    let refused = at.get_as(things, TABLE).await.unwrap();
    assert_eq!(refused.code, 501);
    let message = refused.json()["message"].to_string();
    assert!(message.contains("tables of things.mesh.example with a column .status.parts[0:2]"), "{message}");
}
