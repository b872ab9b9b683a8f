//! JSON as a server written in Go reads it, with that reader's words about what it cannot read.
//!
//! Only as far as a continue token needs it: the first bad byte is named, though Go also says what it
//! had been looking for, which is here always the beginning of a value.

use serde_json::{Map, Value};

/// A JSON object for which Go has a struct of two kinds of fields.
#[derive(Debug)]
pub(super) struct Struct {
    name: &'static str,
    fields: Map<String, Value>,
}

impl Struct {
    /// Reads bytes as the struct with this name.
    pub(super) fn read(bytes: &[u8], name: &'static str) -> Result<Self, String> {
        let wrong = |kind| Err(format!("json: cannot unmarshal {kind} into Go value of type storage.{name}"));
        match serde_json::from_slice(bytes).map_err(|error| syntax(bytes, &error))? {
            Value::Object(fields) => Ok(Self { name, fields }),
            Value::Null => Ok(Self { name, fields: Map::new() }),
            Value::Bool(_) => wrong("bool"),
            Value::Number(_) => wrong("number"),
            Value::String(_) => wrong("string"),
            Value::Array(_) => wrong("array"),
        }
    }

    /// A field of type `string`, which is empty if it is not there.
    pub(super) fn text(&self, key: &str) -> Result<&str, String> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
                Err(self.mismatch(key, kind(other), "string"))
            }
        }
    }

    /// A field of type `int64`, which is 0 if it is not there.
    pub(super) fn integer(&self, key: &str) -> Result<i64, String> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(0),
            Some(Value::Number(number)) => {
                number.as_i64().ok_or_else(|| self.mismatch(key, &format!("number {number}"), "int64"))
            }
            Some(other @ (Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_))) => {
                Err(self.mismatch(key, kind(other), "int64"))
            }
        }
    }

    fn mismatch(&self, key: &str, found: &str, expected: &str) -> String {
        format!("json: cannot unmarshal {found} into Go struct field {}.{key} of type {expected}", self.name)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn syntax(bytes: &[u8], error: &serde_json::Error) -> String {
    // Columns count from 1, and tokens have one line.
    let place = error.column().saturating_sub(1);
    match bytes.get(place).filter(|_| !error.is_eof()) {
        Some(byte) => format!("invalid character {} looking for beginning of value", quoted(*byte)),
        None => "unexpected end of JSON input".to_owned(),
    }
}

/// A byte as Go quotes the character with its number.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        7 => r"'\a'".to_owned(),
        8 => r"'\b'".to_owned(),
        11 => r"'\v'".to_owned(),
        12 => r"'\f'".to_owned(),
        0..0x20 | 0x7f => format!(r"'\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!(r"'\u{byte:04x}'"),
        other => format!("'{}'", char::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &[u8]) -> String {
        Struct::read(json, "T").unwrap_err()
    }

    #[test]
    fn what_is_not_there_is_the_zero_value() {
        for json in ["{}", "null", r#"{"s":null,"n":null}"#] {
            let read = Struct::read(json.as_bytes(), "T").unwrap();
            assert_eq!((read.text("s"), read.integer("n")), (Ok(""), Ok(0)), "{json}");
        }
    }

    #[test]
    fn the_first_bad_byte_is_named_by_its_number() {
        assert_eq!(refused(b"\x81x"), r"invalid character '\u0081' looking for beginning of value");
        assert_eq!(refused("é".as_bytes()), "invalid character 'Ã' looking for beginning of value");
        assert_eq!(refused(b"\x00"), r"invalid character '\x00' looking for beginning of value");
        assert_eq!([refused(b""), refused(b"{")], ["unexpected end of JSON input"; 2]);
    }

    #[test]
    fn another_type_than_the_fields_is_told_with_both() {
        let read = Struct::read(br#"{"s":1,"n":1.5,"m":"x"}"#, "T").unwrap();
        let words = "json: cannot unmarshal number into Go struct field T.s of type string";
        assert_eq!(read.text("s").unwrap_err(), words);
        let words = "json: cannot unmarshal number 1.5 into Go struct field T.n of type int64";
        assert_eq!(read.integer("n").unwrap_err(), words);
        assert!(
            read.integer("m")
                .unwrap_err()
                .contains("unmarshal string into Go struct field T.m of type int64")
        );
    }

    #[test]
    fn anything_but_an_object_is_no_struct() {
        assert_eq!(refused(b"[1]"), "json: cannot unmarshal array into Go value of type storage.T");
    }
}
