//! The objects of a text: Lists are flattened, and what is no object is counted.

use super::Origin;
use super::apart::Apart;
use super::yaml::{self, Document, Place};
use crate::cluster::explain::path_words;
use crate::verdict::Failure;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// An object and its place.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) object: Value,
    pub(super) origin: Origin,
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) objects: Vec<Found>,
    pub(super) apart: Apart,
}

/// Reads the objects of a file.
///
/// # Errors
/// It is no YAML (exit 2).
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Text, Failure> {
    let documents = yaml::documents(bytes).map_err(|mistake| {
        let Place { line, column } = mistake.place;
        Failure::usage(
            format!("{}:{line}:{column}: {}", path_words(path), mistake.words),
            "correct it, or remove the file from the folder: every .yaml, .yml and .json file is read",
        )
    })?;
    let mut text = Text { objects: Vec::new(), apart: Apart::default() };
    let file: Arc<Path> = path.into();
    for Document { value, place, items } in documents {
        text.take(value, place, (&file, &items));
    }
    Ok(text)
}

impl Text {
    /// Puts all objects into a namespace, whichever they say.
    pub(super) fn put_into(&mut self, namespace: &str) {
        let all = self.objects.iter_mut();
        let metadata = all.filter_map(|found| found.object.get_mut("metadata")?.as_object_mut());
        metadata.for_each(|one| drop(one.insert("namespace".to_owned(), namespace.into())));
    }

    /// Takes an object, or the items of a list. Those of a list within a list are found where the inner list is.
    fn take(&mut self, value: Value, place: Place, (file, items): (&Arc<Path>, &[Place])) {
        if let Some(listed) = listed(&value) {
            let Value::Object(mut list) = value else { return };
            let Some(Value::Array(found)) = list.remove("items") else { return };
            for (at, item) in found.into_iter().enumerate() {
                let place = items.get(at).copied().unwrap_or(place);
                self.take(listed.named(item), place, (file, &[]));
            }
        } else if is_object(&value) {
            let origin = Origin { file: file.clone(), line: place.line, column: place.column };
            self.objects.push(Found { object: value, origin });
        } else if !value.is_null() {
            self.apart.foreign += 1;
            if self.apart.odd.len() < ODD {
                let line = place.line;
                self.apart.odd.push(format!("{}:{line}: {}", path_words(file), oddity(&value)));
            }
        }
    }
}

/// The text at a place; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// So many of what is no object are told of a file, at the most.
const ODD: usize = 10;

/// Why a document is no object.
fn oddity(value: &Value) -> String {
    let kind = text(value, "/kind");
    match value {
        Value::Object(fields) if kind.ends_with("List") && fields.contains_key("items") => {
            format!("the items of a {kind} are not a list")
        }
        Value::Object(_) if kind.is_empty() || text(value, "/apiVersion").is_empty() => {
            "it does not say its apiVersion and kind".to_owned()
        }
        Value::Object(_) => format!("a {kind} without a name"),
        Value::Array(_) => "a list without apiVersion and kind".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            "a string, not an object: tab-indented content is read as a string, too".to_owned()
        }
    }
}

fn is_object(value: &Value) -> bool {
    ["/apiVersion", "/kind", "/metadata/name"].iter().all(|pointer| !text(value, pointer).is_empty())
}

/// What a list says of its items, which say it themselves in a `List`, and not in a `ServiceList`.
struct Listed {
    version: String,
    kind: String,
}

/// Objects of kinds whose names end like lists have a name, and no items beside it.
fn listed(value: &Value) -> Option<Listed> {
    let (version, kind) = (text(value, "/apiVersion"), text(value, "/kind").strip_suffix("List")?);
    let has_items = matches!(value.get("items"), Some(Value::Array(_) | Value::Null));
    (!version.is_empty() && has_items).then(|| Listed { version: version.to_owned(), kind: kind.to_owned() })
}

impl Listed {
    fn named(&self, mut item: Value) -> Value {
        if let Value::Object(fields) = &mut item
            && !self.kind.is_empty()
        {
            let said = [("apiVersion", &self.version), ("kind", &self.kind)];
            for (key, value) in said {
                fields.entry(key).or_insert_with(|| Value::String(value.clone()));
            }
        }
        item
    }
}
