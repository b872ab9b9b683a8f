//! YAML that lies in objects, as programs in Go read it: by way of JSON, and what is null is as if it was not there. client-go takes
//! no number for a text; Helm and Linkerd do ([`text`]).

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Any value.
///
/// # Errors
/// The text is no valid YAML. Nothing is said of it, since it may hold secrets.
pub(crate) fn value(text: &str) -> Result<Value, ()> {
    // A name may be `y` or `on`.
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|_| ())
}

/// The fields that matter.
///
/// # Errors
/// The text is no valid YAML, or a field has another type. Nothing is said of either.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ()> {
    let mut value = value(text)?;
    if value.is_null() {
        value = Value::Object(Map::new());
    }
    drop_nulls(&mut value);
    serde_json::from_value(value).map_err(|_| ())
}

/// A text that may stand there as a number or a yes, as Helm writes what somebody has set so: `opaquePorts: 4444`.
///
/// # Errors
/// It is a list or a map.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        plain @ (Value::Bool(_) | Value::Number(_)) => Ok(Some(plain.to_string())),
        Value::Array(_) | Value::Object(_) => Err(D::Error::custom("neither a text nor a number")),
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Door {
        name: String,
        keys: Vec<String>,
        #[serde(deserialize_with = "text")]
        number: Option<String>,
    }

    #[test]
    fn null_is_as_if_it_was_left_out_and_a_number_is_no_text() {
        let door = |name: &str, keys: &[&str]| {
            Ok(Door { name: name.into(), keys: keys.iter().map(|key| (*key).into()).collect(), number: None })
        };
        for nothing in ["name: null\nkeys:", "", "---\n# a word\n", "null"] {
            assert_eq!(read(nothing), door("", &[]), "{nothing}");
        }
        assert_eq!(read("{name: front, keys: [a, '1']}"), door("front", &["a", "1"]));
        assert_eq!(read::<Door>("name: 1"), Err(()), "as a struct of Go takes it");
        assert_eq!(read::<Door>("name: [a"), Err(()));
        let number = |yaml: &str| read::<Door>(yaml).map(|door| door.number);
        for (written, read) in [("4444", "4444"), ("'4444'", "4444"), ("2.18", "2.18"), ("true", "true")] {
            assert_eq!(number(&format!("number: {written}")), Ok(Some(read.to_owned())));
        }
        assert_eq!((number("number: null"), number("number: [1]")), (Ok(None), Err(())));
    }
}
