//! What the tables of all kinds with a template of pods say of it.

use serde_json::{Value, json};

use super::layout::{Heading, pairs, texts};
use crate::object::{list, text};

pub(super) const CONTAINERS: Heading =
    Heading::text("Containers", "The names of the containers of a pod.").wide();
pub(super) const IMAGES: Heading = Heading::text("Images", "The images of the containers of a pod.").wide();
pub(super) const SELECTOR: Heading = Heading::text("Selector", "The labels of the pods.").wide();

/// The names of the containers of this template, and their images.
pub(super) fn containers(template: &Value) -> [Value; 2] {
    let containers = list(template, "/spec/containers");
    let all = |way: &str| json!(containers.iter().map(|one| text(one, way)).collect::<Vec<_>>().join(","));
    [all("/name"), all("/image")]
}

/// The template of an object that makes pods itself.
pub(super) fn own(object: &Value) -> &Value {
    object.pointer("/spec/template").unwrap_or(&Value::Null)
}

/// A selector as most tables write it.
pub(super) fn selector(selector: Option<&Value>) -> String {
    match written(selector.unwrap_or(&Value::Null)) {
        None => "<error>".to_owned(),
        Some(words) if words.is_empty() => "<none>".to_owned(),
        Some(words) => words,
    }
}

/// A selector as a user would write it, in the order of the keys; `None` for an operator that there is not.
pub(super) fn written(selector: &Value) -> Option<String> {
    let plain = pairs(selector, "/matchLabels");
    let mut all: Vec<(String, String)> =
        plain.into_iter().map(|pair| (pair.split('=').next().unwrap_or_default().to_owned(), pair)).collect();
    for expression in list(selector, "/matchExpressions") {
        all.push((text(expression, "/key").to_owned(), requirement(expression)?));
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    Some(all.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(","))
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

    #[test]
    fn a_selector_is_in_the_order_of_its_keys() {
        let expressions = json!([
            { "key": "tier", "operator": "In", "values": ["b", "a"] },
            { "key": "c", "operator": "Exists" },
            { "key": "b", "operator": "DoesNotExist" },
            { "key": "z", "operator": "NotIn", "values": ["x"] },
        ]);
        let labels = json!({ "matchLabels": { "d": "1", "a": "2" }, "matchExpressions": expressions });
        assert_eq!(selector(Some(&labels)), "a=2,!b,c,d=1,tier in (a,b),z notin (x)");
    }

    #[test]
    fn no_selector_and_an_odd_one_are_told_apart() {
        assert_eq!((selector(None), selector(Some(&json!({})))), ("<none>".to_owned(), "<none>".to_owned()));
        let odd = json!({ "matchExpressions": [{ "key": "a", "operator": "Near" }] });
        assert_eq!((selector(Some(&odd)), written(&odd)), ("<error>".to_owned(), None));
    }
}
