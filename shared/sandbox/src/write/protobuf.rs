//! Objects in Kubernetes' protobuf, in which kubectl sends what it makes by a verb of its own: `kubectl create namespace`
//! and `kubectl auth can-i` know nothing else. A few flat kinds are read, by tables of their fields; a field that is not in
//! a table is an error, so that nothing is lost. Field numbers are those of the `generated.proto` files of k8s.io/api.

mod fields;
mod wire;

use serde_json::{Map, Value, json};

use fields::{Field, Form, of_kind};
use wire::{Read, parts};

/// The media type.
pub(crate) const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
/// What every such body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is no object of Kubernetes in protobuf.
    Malformed,
    /// It is an object of this kind, or has a field, that is not in the tables.
    NotDone(String),
}

impl Unread {
    fn of(self, kind: &str) -> Self {
        match self {
            Self::NotDone(field) => Self::NotDone(format!("{field} of a {kind}")),
            Self::Malformed => Self::Malformed,
        }
    }
}

/// Reads an object.
///
/// # Errors
/// Says why not.
pub(crate) fn object(body: &[u8]) -> Result<Value, Unread> {
    let envelope = message(&fields::ENVELOPE, body.strip_prefix(MAGIC).ok_or(Unread::Malformed)?)?;
    let text = |path: &str| envelope.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("/typeMeta/apiVersion"), text("/typeMeta/kind"));
    let form = of_kind(&api_version, &kind).ok_or_else(|| Unread::NotDone(kind.clone()))?;
    let raw = raw(body.get(MAGIC.len()..).unwrap_or_default()).ok_or(Unread::Malformed)?;
    let mut object = message(form, raw).map_err(|unread| unread.of(&kind))?;
    if let Value::Object(fields) = &mut object {
        fields.insert("apiVersion".into(), api_version.into());
        fields.insert("kind".into(), kind.into());
    }
    Ok(object)
}

/// The object inside of the envelope.
fn raw(envelope: &[u8]) -> Option<&[u8]> {
    let found = parts(envelope)?.into_iter().find(|(number, _)| *number == fields::RAW);
    match found {
        Some((_, Read::Bytes(bytes))) => Some(bytes),
        Some((_, Read::Number(_))) | None => None,
    }
}

fn message(form: &Form, bytes: &[u8]) -> Result<Value, Unread> {
    let mut object = Map::new();
    for (number, read) in parts(bytes).ok_or(Unread::Malformed)? {
        let known = form.iter().find(|(known, _, _)| *known == number);
        match (known, read) {
            (Some((_, name, field)), read) => take(&mut object, name, field, read)?,
            // Go writes fields that are no pointers even when there is nothing in them.
            (None, Read::Bytes([]) | Read::Number(0)) => {}
            (None, _) => return Err(Unread::NotDone(format!("field {number}"))),
        }
    }
    Ok(Value::Object(object))
}

fn take(object: &mut Map<String, Value>, name: &str, field: &Field, read: Read<'_>) -> Result<(), Unread> {
    let value = match (field, read) {
        (Field::Ignored, _) | (Field::Text, Read::Bytes([])) => return Ok(()),
        (Field::Text, Read::Bytes(bytes)) => text(bytes)?,
        (Field::Number, Read::Number(number)) => number.into(),
        (Field::Flag, Read::Number(number)) => (number != 0).into(),
        (Field::Message(form), Read::Bytes(bytes)) => {
            let inner = message(form, bytes)?;
            if inner.as_object().is_some_and(Map::is_empty) {
                return Ok(());
            }
            inner
        }
        (Field::Texts, Read::Bytes(bytes)) => {
            let list = object.entry(name).or_insert_with(|| json!([]));
            list.as_array_mut().ok_or(Unread::Malformed)?.push(text(bytes)?);
            return Ok(());
        }
        (Field::Map(form), Read::Bytes(bytes)) => {
            let entry = message(form, bytes)?;
            let key = entry.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
            let value = entry.get("value").cloned().unwrap_or_else(|| json!(""));
            let map = object.entry(name).or_insert_with(|| json!({}));
            map.as_object_mut().ok_or(Unread::Malformed)?.insert(key, value);
            return Ok(());
        }
        (Field::Data, Read::Bytes(bytes)) => fields::base64(bytes).into(),
        (Field::Text | Field::Message(_) | Field::Texts | Field::Map(_) | Field::Data, Read::Number(_))
        | (Field::Number | Field::Flag, Read::Bytes(_)) => return Err(Unread::Malformed),
    };
    object.insert(name.into(), value);
    Ok(())
}

fn text(bytes: &[u8]) -> Result<Value, Unread> {
    std::str::from_utf8(bytes).map(Into::into).map_err(|_| Unread::Malformed)
}

#[cfg(test)]
mod tests;
