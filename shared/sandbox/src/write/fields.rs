//! Fields that a kind does not know, or that stand twice: who writes them is refused, warned, or not told.

use serde_json::Value;

use super::protobuf::PROTOBUF;
use super::{APPLY, twice};
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
    let unknown: Vec<_> = unknown.map(|way| way.trim_start_matches('.').to_owned()).collect();
    let told = told(request, &unknown)?;
    Ok(match (asked, told.as_slice()) {
        ("Strict", [_, ..]) => Err(format!("strict decoding error: {}", in_one(request, &told))),
        _ => Ok(told),
    })
}

/// All that there is to tell, each in the words of the decoder that finds it.
fn told(request: &Request, unknown: &[String]) -> Result<Vec<String>, Refusal> {
    let text = String::from_utf8_lossy(request.body()?);
    let others = || unknown.iter().map(|way| format!("unknown field \"{way}\""));
    Ok(match request.media() {
        PROTOBUF => others().collect(),
        "" | "application/json" => twice::in_json(&text, unknown),
        "application/yaml" => twice::in_yaml(&text).into_iter().chain(others()).collect(),
        // A patch is read by itself, and then what comes of it.
        "application/json-patch+json" => operations(&text)?.into_iter().chain(others()).collect(),
        _ => twice::in_json(&text, &[]).into_iter().chain(others()).collect(),
    })
}

/// The decoder of YAML tells all that it finds as one thing.
fn in_one(request: &Request, told: &[String]) -> String {
    let lines = told.iter().take_while(|words| words.starts_with("line ")).count();
    let (lines, others) = told.split_at(if request.media() == "application/yaml" { lines } else { 0 });
    let lines = (!lines.is_empty()).then(|| unmarshal(lines));
    lines.into_iter().chain(others.iter().cloned()).collect::<Vec<_>>().join(", ")
}

fn unmarshal(lines: &[String]) -> String {
    format!("yaml: unmarshal errors:\n  {}", lines.join("\n  "))
}

/// The server looks at the operations, and then at their values where they have come to.
fn operations(text: &str) -> Result<Vec<String>, Refusal> {
    let told = twice::in_json(text, &[]);
    if told.iter().any(|words| words.contains("].value.") || words.contains("].value[")) {
        let words = "a field that stands twice in the value of a JSON patch; send a JSON merge patch";
        return Err(Refusal::not_done(words));
    }
    Ok(told.into_iter().map(|words| format!("json patch {words}")).collect())
}

/// What stands twice in an apply: warnings.
///
/// # Errors
/// Refuses it, if it is to be strict.
pub(super) fn twice_applied(request: &Request) -> Result<Vec<String>, Refusal> {
    let asked = request.asked("fieldValidation").unwrap_or("Warn");
    if asked == "Ignore" || request.media() != APPLY {
        return Ok(Vec::new());
    }
    let lines = twice::in_yaml(&String::from_utf8_lossy(request.body()?));
    if asked == "Strict" && !lines.is_empty() {
        let words =
            format!("error strict decoding YAML: error converting YAML to JSON: {}", unmarshal(&lines));
        return Err(Refusal::bad_request(words));
    }
    Ok(lines)
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
