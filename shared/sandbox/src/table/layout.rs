//! What the layouts of built-in kinds are made of.
//!
//! A layout is a constant of the module of its kind: headings and a function that reads the cells off an
//! object, in the same order. The helpers read what may be missing as the zero value of its type, which is
//! what the server's own types hold then.

use jiff::Timestamp;
use serde_json::Value;

use super::Column;

/// The columns of a kind and how an object fills them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) headings: &'static [Heading],
    pub(super) cells: fn(&Value, Timestamp) -> Vec<Value>,
}

/// A column of a built-in kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heading {
    name: &'static str,
    kind: &'static str,
    format: &'static str,
    description: &'static str,
    priority: i64,
}

pub(super) const NAME: Heading =
    Heading { format: "name", ..Heading::text("Name", "The name, unique among its kind in a namespace.") };
pub(super) const AGE: Heading = Heading::text("Age", "How long ago the server created the object.");

impl Heading {
    pub(super) const fn text(name: &'static str, description: &'static str) -> Self {
        Self { name, kind: "string", format: "", description, priority: 0 }
    }

    pub(super) const fn date(name: &'static str, description: &'static str) -> Self {
        Self { kind: "date", ..Self::text(name, description) }
    }

    pub(super) const fn integer(name: &'static str, description: &'static str) -> Self {
        Self { kind: "integer", ..Self::text(name, description) }
    }

    pub(super) const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self { kind: "boolean", ..Self::text(name, description) }
    }

    /// The same column for wide tables only.
    pub(super) const fn wide(self) -> Self {
        Self { priority: 1, ..self }
    }

    pub(super) fn column(&self) -> Column {
        Column {
            name: self.name.to_owned(),
            kind: self.kind,
            format: self.format.to_owned(),
            description: self.description.to_owned(),
            priority: self.priority,
        }
    }
}

/// The text, or what stands for none.
pub(super) fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// The whole number at this place, or 0.
pub(super) fn number(object: &Value, way: &str) -> i64 {
    object.pointer(way).and_then(Value::as_i64).unwrap_or_default()
}

/// The text elements of the list at this place.
pub(super) fn texts<'a>(object: &'a Value, way: &str) -> Vec<&'a str> {
    crate::object::list(object, way).iter().filter_map(Value::as_str).collect()
}

/// The pairs of the map at this place as `key=value`, in the order of the keys.
pub(super) fn pairs(object: &Value, way: &str) -> Vec<String> {
    let map = object.pointer(way).and_then(Value::as_object);
    let mut pairs: Vec<_> = map.into_iter().flatten().collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs.into_iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_is_nothing() {
        let object = json!({ "a": "text" });
        assert_eq!((number(&object, "/a"), texts(&object, "/b"), pairs(&object, "/a")), (0, vec![], vec![]));
        assert_eq!((or("", "<none>"), or("x", "<none>")), ("<none>", "x"));
    }

    #[test]
    fn pairs_are_in_the_order_of_their_keys() {
        assert_eq!(pairs(&json!({ "s": { "b": "1", "a": "2" } }), "/s"), ["a=2", "b=1"]);
    }
}
