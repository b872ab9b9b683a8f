//! The steps of a path through an object, as `FieldsV1` writes them and as refusals print them.
//!
//! The order of steps is that of the API server, which sorts fields before items and numbers by their value: it is
//! visible in the entries and in the order of conflicts.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result as Formatted};

use serde_json::Value;

/// From a node to one below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A field of a struct, or a key of a map.
    Field(String),
    /// The item of a keyed list that has these values in its key fields.
    Key(BTreeMap<String, Scalar>),
    /// This item of a set.
    Item(Scalar),
    /// An item by its position: nothing here owns one, but entries of clients may name one.
    Index(u64),
}

/// A value that identifies an item; ordered, which JSON values are not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scalar {
    Integer(i64),
    Text(String),
    Bool(bool),
    /// Anything else, as its JSON text.
    Other(String),
}

impl Step {
    /// The field of this name.
    pub(super) fn field(name: &str) -> Self {
        Self::Field(name.to_owned())
    }

    /// As a key of `FieldsV1`.
    pub(super) fn encode(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(key) => {
                let fields = key.iter().map(|(name, value)| format!("{}:{value}", quoted(name)));
                format!("k:{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            Self::Item(value) => format!("v:{value}"),
            Self::Index(position) => format!("i:{position}"),
        }
    }

    /// Reads a key of `FieldsV1`; none when it is not one.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let value = || serde_json::from_str::<Value>(rest).ok();
        match kind {
            "f" => Some(Self::field(rest)),
            "k" => {
                let Some(Value::Object(fields)) = value() else { return None };
                Some(Self::Key(
                    fields.iter().map(|(name, value)| (name.clone(), Scalar::of(value))).collect(),
                ))
            }
            "v" => value().as_ref().map(Scalar::of).map(Self::Item),
            "i" => rest.parse().ok().map(Self::Index),
            _ => None,
        }
    }
}

impl Display for Step {
    fn fmt(&self, out: &mut Formatter<'_>) -> Formatted {
        match self {
            Self::Field(name) => write!(out, ".{name}"),
            Self::Key(key) => {
                let fields = key.iter().map(|(name, value)| format!("{name}={value}"));
                write!(out, "[{}]", fields.collect::<Vec<_>>().join(","))
            }
            Self::Item(value) => write!(out, "[={value}]"),
            Self::Index(position) => write!(out, "[{position}]"),
        }
    }
}

impl Scalar {
    /// The identifying form of a JSON value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.clone()),
            Value::Bool(is) => Self::Bool(*is),
            Value::Number(number) => {
                number.as_i64().map_or_else(|| Self::Other(number.to_string()), Self::Integer)
            }
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Other(value.to_string()),
        }
    }
}

impl Display for Scalar {
    fn fmt(&self, out: &mut Formatter<'_>) -> Formatted {
        match self {
            Self::Integer(number) => write!(out, "{number}"),
            Self::Text(text) => out.write_str(&quoted(text)),
            Self::Bool(is) => write!(out, "{is}"),
            Self::Other(json) => out.write_str(json),
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_step_reads_back_as_it_was_written() {
        for text in
            ["f:a.b/c", "f:", r#"k:{"port":80,"protocol":"TCP"}"#, r#"v:"x""#, "v:true", "v:1.5", "i:3"]
        {
            assert_eq!(Step::decode(text).unwrap().encode(), text);
        }
    }

    #[test]
    fn what_is_no_step_is_refused() {
        for text in ["", ".", "x:1", "k:[]", "k:{", "v:", "i:-1"] {
            assert_eq!(Step::decode(text), None, "{text}");
        }
    }

    #[test]
    fn the_fields_of_a_key_are_sorted_by_name() {
        let step = Step::decode(r#"k:{"protocol":"TCP","port":80}"#).unwrap();
        assert_eq!(step.to_string(), r#"[port=80,protocol="TCP"]"#);
    }

    #[test]
    fn fields_come_before_items_and_numbers_are_ordered_by_value() {
        let mut steps =
            ["k:{\"port\":443}", "k:{\"port\":80}", "f:b", "v:\"a\""].map(|text| Step::decode(text).unwrap());
        steps.sort();
        assert_eq!(steps.map(|step| step.to_string()), [".b", "[port=80]", "[port=443]", "[=\"a\"]"]);
    }
}
