//! Custom resources, by the columns that their definition names.
//!
//! The first column is always the name. A cell has the first thing that the path of its column leads to.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::layout::{AGE, NAME, or};
use super::path::Path;
use super::{Column, age};
use crate::object::{name, text};

/// The columns of a definition, and what they show of an object.
#[derive(Debug, Clone)]
pub(super) struct Printer {
    printed: Vec<(Column, Path)>,
}

impl Printer {
    /// Reads the columns.
    ///
    /// # Errors
    /// Returns the path that cannot be read.
    pub(super) fn of(columns: &[Value]) -> Result<Self, &str> {
        let printed = columns.iter().map(|printer| {
            let path = text(printer, "/jsonPath");
            Path::parse(path).map(|read| (column(printer), read)).ok_or(path)
        });
        printed.collect::<Result<_, _>>().map(|printed| Self { printed })
    }

    /// The columns, or the age if the definition has none.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut all = vec![NAME.column()];
        if self.printed.is_empty() {
            all.push(Column { kind: "date", ..AGE.column() });
        }
        all.extend(self.printed.iter().map(|(column, _)| column.clone()));
        all
    }

    /// The cells of an object; `null` where there is nothing, or something of another type.
    pub(super) fn cells(&self, object: &Value, now: Timestamp) -> Vec<Value> {
        let mut all = vec![json!(name(object))];
        if self.printed.is_empty() {
            all.push(json!(age::of(object, now)));
        }
        let found = |(column, path): &(Column, Path)| {
            path.first(object).map_or(Value::Null, |value| cell(column.kind, value, now))
        };
        all.extend(self.printed.iter().map(found));
        all
    }
}

fn column(printer: &Value) -> Column {
    let path = text(printer, "/jsonPath");
    let otherwise = format!("Custom resource definition column (in JSONPath format): {path}");
    Column {
        name: text(printer, "/name").to_owned(),
        kind: kind(text(printer, "/type")),
        format: text(printer, "/format").to_owned(),
        description: or(text(printer, "/description"), &otherwise).to_owned(),
        priority: super::layout::number(printer, "/priority"),
    }
}

/// The type of a column; a definition with another one is refused.
fn kind(name: &str) -> &'static str {
    match name {
        "integer" => "integer",
        "number" => "number",
        "boolean" => "boolean",
        "date" => "date",
        _ => "string",
    }
}

fn cell(kind: &str, value: &Value, now: Timestamp) -> Value {
    match kind {
        "string" => json!(printed(value)),
        "integer" => integer(value).map_or(Value::Null, Value::from),
        // Go writes a whole number without a point, and kubectl prints what is written.
        "number" if value.is_number() => whole(value).map_or_else(|| value.clone(), Value::from),
        "boolean" if value.is_boolean() => value.clone(),
        "date" => value.as_str().map_or(Value::Null, |time| json!(age::elapsed(time, now))),
        _ => Value::Null,
    }
}

/// The part of a number before the point.
fn integer(value: &Value) -> Option<i64> {
    let parsed = || format!("{:.0}", value.as_f64()?.trunc()).parse().ok();
    value.as_i64().or_else(parsed)
}

/// A number that has nothing behind the point.
fn whole(value: &Value) -> Option<i64> {
    value.as_f64().filter(|float| float.fract() == 0.0).and_then(|_| integer(value))
}

/// Any value as text; lists and maps as JSON with the keys in order.
fn printed(value: &Value) -> String {
    match value {
        // Go's word for a value that is there and null.
        Value::Null => "<no value>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => float.to_string(),
            None => number.to_string(),
        },
        Value::Bool(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => {
            let mut sorted = value.clone();
            sorted.sort_all_objects();
            sorted.to_string()
        }
    }
}

#[cfg(test)]
#[path = "custom_tests.rs"]
mod tests;
