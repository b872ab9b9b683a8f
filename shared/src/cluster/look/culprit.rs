//! Which object of an answer has a field of a type that is not the one the API promises: it is named with that field, so that
//! nobody has to look through a whole list for it.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// An object that cannot be read, or whose field alone hinders that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Culprit {
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    /// `spec.ports[0].port`; empty where it is more than one field.
    pub(super) field: String,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// The first object of an answer, a list or one alone, that cannot be read. `None` where it is the answer itself.
pub(super) fn of(body: &[u8], is_readable: &dyn Fn(&[u8]) -> bool) -> Option<Culprit> {
    let text = match serde_json::from_slice::<Page<'_>>(body) {
        Ok(page) => page.items.into_iter().find(|item| !is_readable(item.get().as_bytes()))?.get(),
        Err(_) => str::from_utf8(body).ok()?,
    };
    let object: Value = serde_json::from_str(text).ok()?;
    let named = |field: &str| object.pointer(field).and_then(Value::as_str).map(str::to_owned);
    let (namespace, name) = (named("/metadata/namespace"), named("/metadata/name")?);
    let is_readable = |object: &Value| is_readable(object.to_string().as_bytes());
    let field = deepest(&object, &is_readable);
    Some(Culprit { namespace, name, field })
}

/// The deepest field without which it could be read.
fn deepest(object: &Value, is_readable: &dyn Fn(&Value) -> bool) -> String {
    let mut path: Vec<Step> = Vec::new();
    while let Some(next) = steps(at(object, &path)).into_iter().find(|step| {
        let further: Vec<Step> = path.iter().chain([step]).cloned().collect();
        is_readable(&without(object, &further))
    }) {
        path.push(next);
    }
    path.iter().map(Step::to_string).collect::<String>().trim_start_matches('.').to_owned()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl std::fmt::Display for Step {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(name) if name.contains(['.', '/']) => write!(out, "[{name}]"),
            Self::Field(name) => write!(out, ".{name}"),
            Self::Item(index) => write!(out, "[{index}]"),
        }
    }
}

fn steps(value: Option<&Value>) -> Vec<Step> {
    match value {
        Some(Value::Object(fields)) => fields.keys().cloned().map(Step::Field).collect(),
        Some(Value::Array(items)) => (0..items.len()).map(Step::Item).collect(),
        _ => Vec::new(),
    }
}

fn at<'a>(object: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Item(index) => value.get(index),
    })
}

/// The object without what this path leads to.
fn without(object: &Value, path: &[Step]) -> Value {
    let mut rest = object.clone();
    let Some((last, way)) = path.split_last() else { return rest };
    let parent = way.iter().try_fold(&mut rest, |value, step| match step {
        Step::Field(name) => value.get_mut(name),
        Step::Item(index) => value.get_mut(index),
    });
    match (parent, last) {
        (Some(Value::Object(fields)), Step::Field(name)) => drop(fields.shift_remove(name)),
        (Some(Value::Array(items)), Step::Item(index)) if *index < items.len() => drop(items.remove(*index)),
        _ => {}
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Service {
        metadata: Metadata,
        spec: Spec,
    }

    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Metadata {
        labels: Option<BTreeMap<String, String>>,
    }

    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Spec {
        ports: Option<Vec<Port>>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Port {
        port: u16,
    }

    fn found(body: &Value) -> Option<(String, String)> {
        let is_readable = |bytes: &[u8]| serde_json::from_slice::<Service>(bytes).is_ok();
        of(body.to_string().as_bytes(), &is_readable).map(|it| (it.name, it.field))
    }

    fn service(name: &str, port: &Value, label: &Value) -> Value {
        json!({"metadata": {"name": name, "namespace": "shop", "labels": {"example.org/a": label}},
            "spec": {"ports": [{"port": 80}, {"port": port}]}})
    }

    #[test]
    fn the_object_and_the_field_are_named() {
        let (good, odd) =
            (service("good", &json!(80), &json!("a")), service("odd", &json!("x"), &json!("a")));
        let field = Some(("odd".to_owned(), "spec.ports[1]".to_owned()));
        assert_eq!(found(&json!({"items": [good, odd]})), field);
        assert_eq!(found(&odd), field, "one alone");
        let label = service("odd", &json!(80), &json!(true));
        assert_eq!(found(&label), Some(("odd".to_owned(), "metadata.labels[example.org/a]".to_owned())));
        assert_eq!(found(&json!({"items": [good]})), None);
        assert_eq!(found(&json!({"items": 1})), None, "it is the answer itself");
    }

    #[test]
    fn of_several_odd_fields_no_single_one_is_named() {
        let both = service("odd", &json!("x"), &json!(true));
        assert_eq!(found(&both), Some(("odd".to_owned(), String::new())));
    }
}
