//! Deployments.
//!
//! The column of pods that are ready also tells how many there should be, which is one unless the object
//! says otherwise. The selector is written as a user would pass it to `kubectl get -l`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number};
use super::template::{CONTAINERS, IMAGES, SELECTOR, containers, own, written};
use crate::object::name;

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Ready", "How many pods are ready, of how many there should be."),
        Heading::text("Up-to-date", "How many pods are of the present template."),
        Heading::text("Available", "How many pods have been ready for long enough."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ],
    cells,
};

fn cells(deployment: &Value, now: Timestamp) -> Vec<Value> {
    let desired = deployment.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(1);
    let [names, images] = containers(own(deployment));
    let selector = written(deployment.pointer("/spec/selector").unwrap_or(&Value::Null));
    vec![
        json!(name(deployment)),
        json!(format!("{}/{desired}", number(deployment, "/status/readyReplicas"))),
        json!(number(deployment, "/status/updatedReplicas")),
        json!(number(deployment, "/status/availableReplicas")),
        json!(age::of(deployment, now)),
        names,
        images,
        // Other kinds write an error, or that there is none.
        json!(selector.unwrap_or_else(|| "<invalid>".to_owned())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(spec: &Value, status: &Value) -> Value {
        let metadata = json!({ "name": "web", "creationTimestamp": "2026-01-01T00:00:00Z" });
        let deployment = json!({ "metadata": metadata, "spec": spec, "status": status });
        json!(cells(&deployment, "2026-01-01T03:10:00Z".parse().unwrap()))
    }

    #[test]
    fn a_deployment_shows_how_far_it_is() {
        let containers =
            json!([{ "name": "web", "image": "nginx:1.29" }, { "name": "proxy", "image": "proxy:2" }]);
        let spec = json!({
            "replicas": 3, "template": { "spec": { "containers": containers } },
            "selector": { "matchLabels": { "app": "web" } },
        });
        let status = json!({ "readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1 });
        let expected = json!(["web", "2/3", 3, 1, "3h10m", "web,proxy", "nginx:1.29,proxy:2", "app=web"]);
        assert_eq!(row(&spec, &status), expected);
    }

    #[test]
    fn a_new_deployment_has_nothing_yet_and_wants_one_pod_by_default() {
        let row = row(&json!({}), &json!({}));
        assert_eq!((&row[1], &row[2], &row[7]), (&json!("0/1"), &json!(0), &json!("")));
    }

    #[test]
    fn a_selector_with_an_odd_operator_is_invalid() {
        let spec = json!({ "selector": { "matchExpressions": [{ "key": "a", "operator": "Near" }] } });
        assert_eq!(row(&spec, &json!({}))[7], "<invalid>");
    }
}
