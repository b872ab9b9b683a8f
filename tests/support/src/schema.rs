//! JSON Schemas of reports: written from the types that are printed, and what is printed held to them. A program that reads
//! reports takes them from `docs/schemas`, where each has the name of its `kind`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "test support: a schema that cannot be read ends the test at once"
)]

mod shape;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use jsonschema::Validator;
use serde_json::Value;

pub use shape::{leave_out, narrow, published};

/// What reports call their own form.
pub const API_VERSION: &str = "platform.tools/v1";

/// The file of a kind, from the root of the repository: `ExportList` is in `docs/schemas/export-list.json`.
pub fn file(kind: &str) -> String {
    let mut name = String::new();
    for (at, letter) in kind.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    format!("docs/schemas/{name}.json")
}

/// The report that a program printed as JSON or YAML; `None` where it printed anything else.
pub fn report(stdout: &str) -> Option<Value> {
    let yaml = format!("apiVersion: {API_VERSION}\n");
    let document: Value = if stdout.starts_with(&yaml) {
        serde_saphyr::from_str(stdout).ok()?
    } else {
        serde_json::from_str(stdout).ok()?
    };
    (document.get("apiVersion").and_then(Value::as_str) == Some(API_VERSION)).then_some(document)
}

/// What the schema of its kind has against a report, one line each.
pub fn against(report: &Value) -> Vec<String> {
    against_kind(report["kind"].as_str().expect("a report says its kind"), report)
}

fn against_kind(kind: &str, report: &Value) -> Vec<String> {
    static READ: OnceLock<Mutex<BTreeMap<String, Validator>>> = OnceLock::new();
    let mut read = READ.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let validator = read.entry(kind.to_owned()).or_insert_with(|| validator(kind));
    validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn validator(kind: &str) -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file(kind));
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", file(kind)));
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// The places of a report that could hold something else for all that its schema says: objects that take a field that
/// nobody prints, these fields with a word that nobody prints, and all others with what is no value of theirs.
pub fn slack(report: &Value, words: &[&str]) -> Vec<String> {
    let kind = report["kind"].as_str().expect("a report says its kind");
    let mut found = Vec::new();
    for place in places(report, String::new()) {
        let mut other = report.clone();
        match other.pointer_mut(&place).unwrap() {
            Value::Object(fields) => drop(fields.insert("nobodyPrintsThis".to_owned(), Value::Null)),
            word if is_word(&place, words) => *word = Value::from("no such word"),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                *other.pointer_mut(&place).unwrap() = Value::Array(vec![Value::Null]);
            }
        }
        if against_kind(kind, &other).is_empty() {
            found.push(place);
        }
    }
    found
}

fn is_word(place: &str, words: &[&str]) -> bool {
    words.iter().any(|word| place.ends_with(&format!("/{word}")))
}

/// The pointers to all values of a document.
fn places(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let inner = inner.into_iter().flat_map(|(name, value)| places(value, format!("{at}/{name}")));
    let inner: Vec<String> = inner.collect();
    std::iter::once(at).chain(inner).collect()
}
