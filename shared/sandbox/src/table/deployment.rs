//! Deployments.
//!
//! The column of pods that are ready also tells how many there should be, which is one unless the object
//! says otherwise. The selector is written as a user would pass it to `kubectl get -l`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number, pairs, texts};
use crate::object::{list, name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Ready", "How many pods are ready, of how many there should be."),
        Heading::text("Up-to-date", "How many pods are of the present template."),
        Heading::text("Available", "How many pods have been ready for long enough."),
        AGE,
        Heading::text("Containers", "The names of the containers of a pod.").wide(),
        Heading::text("Images", "The images of the containers of a pod.").wide(),
        Heading::text("Selector", "The labels of the pods.").wide(),
    ],
    cells,
};

fn cells(deployment: &Value, now: Timestamp) -> Vec<Value> {
    let desired = deployment.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(1);
    let containers = list(deployment, "/spec/template/spec/containers");
    let all = |way: &str| containers.iter().map(|one| text(one, way)).collect::<Vec<_>>().join(",");
    vec![
        json!(name(deployment)),
        json!(format!("{}/{desired}", number(deployment, "/status/readyReplicas"))),
        json!(number(deployment, "/status/updatedReplicas")),
        json!(number(deployment, "/status/availableReplicas")),
        json!(age::of(deployment, now)),
        json!(all("/name")),
        json!(all("/image")),
        json!(selector(deployment)),
    ]
}

/// The selector as a user would write it, in the order of the keys.
fn selector(deployment: &Value) -> String {
    let plain = pairs(deployment, "/spec/selector/matchLabels");
    let mut all: Vec<(String, String)> =
        plain.into_iter().map(|pair| (pair.split('=').next().unwrap_or_default().to_owned(), pair)).collect();
    for expression in list(deployment, "/spec/selector/matchExpressions") {
        let Some(words) = requirement(expression) else { return "<invalid>".to_owned() };
        all.push((text(expression, "/key").to_owned(), words));
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(",")
}

fn requirement(expression: &Value) -> Option<String> {
    let key = text(expression, "/key");
    let mut values = texts(expression, "/values");
    values.sort_unstable();
    let values = values.join(",");
    match text(expression, "/operator") {
        "In" => Some(format!("{key} in ({values})")),
        "NotIn" => Some(format!("{key} notin ({values})")),
        "Exists" => Some(key.to_owned()),
        "DoesNotExist" => Some(format!("!{key}")),
        _ => None,
    }
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
    fn a_selector_is_in_the_order_of_its_keys() {
        let expressions = json!([
            { "key": "tier", "operator": "In", "values": ["b", "a"] },
            { "key": "c", "operator": "Exists" },
            { "key": "b", "operator": "DoesNotExist" },
            { "key": "z", "operator": "NotIn", "values": ["x"] },
        ]);
        let spec =
            json!({ "selector": { "matchLabels": { "d": "1", "a": "2" }, "matchExpressions": expressions } });
        assert_eq!(row(&spec, &json!({}))[7], "a=2,!b,c,d=1,tier in (a,b),z notin (x)");
    }

    #[test]
    fn a_selector_with_an_odd_operator_is_invalid() {
        let spec = json!({ "selector": { "matchExpressions": [{ "key": "a", "operator": "Near" }] } });
        assert_eq!(row(&spec, &json!({}))[7], "<invalid>");
    }
}
