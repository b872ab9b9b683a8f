//! Fields that a kind does not know: who writes them is refused, warned, or not told.

use serde_json::Value;

use crate::kinds::Kind;
use crate::object::{self, text};
use crate::refusal::Refusal;
use crate::request::Request;

/// What the kind does not know of this object: warnings, or why it is refused.
///
/// # Errors
/// Refuses to be strict where there is no schema.
pub(super) fn unknown_fields(
    kind: &Kind,
    request: &Request,
    object: &Value,
) -> Result<Result<Vec<String>, String>, Refusal> {
    let asked = request.asked("fieldValidation").unwrap_or("Warn");
    if asked == "Ignore" {
        return Ok(Ok(Vec::new()));
    }
    expect_schema(kind, request)?;
    let unknown = kind.unknown_fields(object).into_iter();
    let unknown: Vec<_> =
        unknown.map(|way| format!("unknown field \"{}\"", way.trim_start_matches('.'))).collect();
    Ok(if asked == "Strict" && !unknown.is_empty() {
        Err(format!("strict decoding error: {}", unknown.join(", ")))
    } else {
        Ok(unknown)
    })
}

/// # Errors
/// Refuses to be strict where there is no schema.
pub(super) fn expect_schema(kind: &Kind, request: &Request) -> Result<(), Refusal> {
    if request.asked("fieldValidation") == Some("Strict") && kind.is_custom() {
        let words = "fieldValidation=Strict of custom resources; send fieldValidation=Ignore";
        return Err(Refusal::not_done(words));
    }
    Ok(())
}

/// What the kind does not know of this object, as an apply is told.
pub(super) fn undeclared(kind: &Kind, object: &Value) -> Option<Refusal> {
    let words: Vec<_> = kind
        .unknown_fields(object)
        .into_iter()
        .map(|way| format!("{way}: field not declared in schema"))
        .collect();
    (!words.is_empty()).then(|| untyped(kind, object, &words.join("\n")))
}

/// Why the object of an apply is none of its kind.
pub(super) fn untyped(kind: &Kind, object: &Value, why: &str) -> Refusal {
    let place = object::key(object::namespace(object), object::name(object));
    let (api_version, kind) = (text(object, "/apiVersion"), &kind.kind);
    Refusal::internal(format!(
        "failed to create typed patch object ({place}; {api_version}, Kind={kind}): {why}"
    ))
}
