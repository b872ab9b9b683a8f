//! Results to text.

use super::number;
use super::walk::{Item, Items};
use serde_json::{Map, Value};

/// Prints the results of every part of a template: a blank between results of one part, nothing between parts.
pub(super) fn all(parts: &[Items<'_>]) -> String {
    parts.iter().map(|part| part.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
}

fn text(item: &Item<'_>) -> String {
    match (item, item.value()) {
        (Item::Nothing, _) => "<no value>".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number::plain(number),
        (_, other) => json(other),
    }
}

/// Compact JSON as Go writes it: keys sorted, and escaped what HTML would take for markup.
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number::json(number),
        Value::String(text) => quoted(text),
        Value::Array(elements) => format!("[{}]", elements.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => object(fields),
    }
}

fn object(fields: &Map<String, Value>) -> String {
    let sorted: std::collections::BTreeMap<_, _> = fields.iter().collect();
    let members = sorted.into_iter().map(|(key, value)| format!("{}:{}", quoted(key), json(value)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn quoted(text: &str) -> String {
    const MARKUP: [(char, &str); 5] = [
        ('<', r"\u003c"),
        ('>', r"\u003e"),
        ('&', r"\u0026"),
        ('\u{2028}', r"\u2028"),
        ('\u{2029}', r"\u2029"),
    ];
    let plain = Value::from(text).to_string();
    MARKUP.iter().fold(plain, |text, &(character, escape)| text.replace(character, escape))
}
