//! From objects to the bytes of an answer, in the shape that was asked for.
//!
//! Objects are written from where they are: a list of ten thousand is no copy of ten thousand.

mod pieces;
mod shape;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value, json};

use crate::kinds::Kind;
use crate::read::Listed;
use crate::refusal::Refusal;
use crate::table::Form;

pub(crate) use pieces::Pieces;
use shape::Include;
pub(crate) use shape::Shape;

/// How objects of one kind and version are written.
#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    pub(crate) kind: Arc<Kind>,
    pub(crate) version: String,
    pub(crate) shape: Shape,
    pub(crate) now: Timestamp,
    /// For the shape of a table.
    form: Option<Form>,
}

/// An object with its headers in front.
struct Typed<'a> {
    api_version: &'a str,
    kind: &'a str,
    object: &'a Value,
}

impl Serialize for Typed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind)?;
        map.serialize_entry("apiVersion", self.api_version)?;
        for (name, value) in self.object.as_object().into_iter().flatten() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The metadata of an object.
struct Partial<'a>(&'a Value);

impl Serialize for Partial<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", "PartialObjectMetadata")?;
        map.serialize_entry("apiVersion", "meta.k8s.io/v1")?;
        map.serialize_entry("metadata", self.0.get("metadata").unwrap_or(&Value::Null))?;
        map.end()
    }
}

impl Encoder {
    /// Writes objects of this kind and version in this shape.
    ///
    /// # Errors
    /// Refuses tables that would not be the server's.
    pub(crate) fn new(
        kind: &Arc<Kind>,
        version: &str,
        shape: Shape,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let form = matches!(shape, Shape::Table(_)).then(|| Form::of(kind, version)).transpose()?;
        Ok(Self { kind: Arc::clone(kind), version: version.into(), shape, now, form })
    }

    fn api_version(&self) -> String {
        self.kind.api_version(&self.version)
    }

    /// One object.
    pub(crate) fn object(&self, object: &Value) -> Vec<u8> {
        match self.shape {
            Shape::Full => bytes(&Typed { api_version: &self.api_version(), kind: &self.kind.kind, object }),
            Shape::Metadata => bytes(&Partial(object)),
            Shape::Table(include) => bytes(&self.table(&[object], (&Map::new(), include))),
        }
    }

    /// A list.
    pub(crate) fn list(&self, listed: Listed) -> Pieces {
        Pieces::of(self, listed)
    }

    fn list_kind(&self) -> String {
        format!("{}List", self.kind.kind)
    }

    fn list_metadata(&self, listed: &Listed) -> Map<String, Value> {
        let mut metadata = Map::new();
        let token = listed
            .token
            .clone()
            .or_else(|| (self.shape == Shape::Full && self.kind.is_custom()).then(String::new));
        metadata.extend(token.map(|token| ("continue".to_owned(), token.into())));
        metadata.extend(listed.remaining.map(|count| ("remainingItemCount".to_owned(), count.into())));
        metadata.insert("resourceVersion".into(), listed.version.to_string().into());
        metadata
    }

    /// A line of a watch.
    pub(crate) fn event(&self, word: &str, object: &Value) -> Vec<u8> {
        let object = self.object(object);
        let mut line = format!("{{\"type\":\"{word}\",\"object\":").into_bytes();
        line.extend(object);
        line.extend(b"}\n");
        line
    }

    fn table(&self, objects: &[&Value], (metadata, include): (&Map<String, Value>, Include)) -> Value {
        // Without a form no table was promised.
        let Some(form) = &self.form else { return Value::Null };
        let definitions = form.columns().into_iter().map(|column| {
            json!({"name": column.name, "type": column.kind, "format": column.format,
                   "description": column.description, "priority": column.priority})
        });
        let rows = objects.iter().map(
            |object| json!({"cells": form.cells(object, self.now), "object": self.included(object, include)}),
        );
        json!({
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": definitions.collect::<Vec<_>>(), "rows": rows.collect::<Vec<_>>(),
        })
    }

    fn included(&self, object: &Value, include: Include) -> Value {
        let (api_version, kind) = (&self.api_version(), &self.kind.kind);
        let included = match include {
            Include::Metadata => serde_json::to_value(Partial(object)),
            Include::Object => serde_json::to_value(Typed { api_version, kind, object }),
            Include::Nothing => Ok(Value::Null),
        };
        included.unwrap_or_default()
    }
}

/// The last event of a watch that has lost its place.
pub(crate) fn error_event(refusal: &Refusal) -> Vec<u8> {
    let mut line = bytes(&json!({"type": "ERROR", "object": refusal.status()}));
    line.push(b'\n');
    line
}

/// JSON cannot fail for values that come from JSON.
pub(crate) fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
