//! JSON and YAML: foreign text stays as it is.

use crate::verdict::Failure;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// Indented by four blanks, as kubectl does it.
pub(super) fn json(document: &Value) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    document
        .serialize(&mut Serializer::with_formatter(&mut bytes, formatter))
        .map_err(|error| Failure::internal(format!("cannot write the result as JSON: {error}")))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(|_| Failure::internal("the JSON of the result is no text"))
}

/// Texts that a reader of YAML 1.1 such as kubectl would take for something else are quoted.
pub(super) fn yaml(document: &Value) -> Result<String, Failure> {
    serde_saphyr::to_string(document)
        .map_err(|error| Failure::internal(format!("cannot write the result as YAML: {error}")))
}
