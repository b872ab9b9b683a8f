//! PATCH: by media type.

use json_patch::{Patch, PatchOperation};
use serde_json::{Map, Value};

use super::fields::unknown_fields;
use super::{APPLY, Act, Owner, Written, apply, body};
use crate::object::text;
use crate::refusal::{Named, Problem, Refusal};
use crate::request::{LONGEST, Request, Verb, options};
use crate::state::State;

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// A field manager's name is at most this long.
const LONGEST_MANAGER: usize = 128;

/// A JSON patch has at most so many operations.
const MOST_OPERATIONS: usize = 10_000;

/// Changes an object as the patch says.
///
/// # Errors
/// Refuses a media type that this kind does not take, a body that is none, and what [`Act::replace`] refuses.
pub(crate) fn patch(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Written, Refusal> {
    let media = request.media();
    let accepted = media_of(act);
    if !accepted.contains(&media) {
        return Err(body::unknown_media(&accepted));
    }
    check_options(act, request)?;
    match media {
        APPLY => return apply(act, state, request),
        STRATEGIC => {
            let words = "strategic merge patches; kubectl sends others with patch --type=merge and apply --server-side";
            return Err(Refusal::not_done(words));
        }
        _ => {}
    }
    let change = change(media, request.body()?)?;
    let before = act.current(state)?;
    let mut new = typed(act, &before);
    match change {
        Change::Merge(value) => json_patch::merge(&mut new, &value),
        Change::Operations(patch) => operate(act, &mut new, &patch)?,
    }
    let refused = |why: &str| {
        let named = Named { group: "", resource: "", name: "" };
        Refusal::invalid(&named, &[Problem::number("patch", format!("{:?}", new.to_string()), why)])
    };
    let same = |field: &str, value: &str| text(&new, field) == value;
    if !(same("/kind", &act.kind.kind) && same("/apiVersion", &act.api_version)) {
        return Err(refused("the patched object is of another kind"));
    }
    let kept = act.kind.read(&new).map_err(|misfit| refused(&misfit.0))?;
    let warnings = unknown_fields(act.kind, request, &new)?.map_err(|why| refused(&why))?;
    Ok(Written { warnings, ..act.replace(state, &before, kept, Owner::Updates)? })
}

/// Step by step, since copies of copies grow faster than any body.
fn operate(act: &Act<'_>, object: &mut Value, patch: &Patch) -> Result<(), Refusal> {
    if patch.len() > MOST_OPERATIONS {
        return Err(Refusal::too_long(MOST_OPERATIONS));
    }
    for operation in patch.iter() {
        json_patch::patch(object, std::slice::from_ref(operation)).map_err(|error| {
            Refusal::unprocessable(&act.named(), format!("the server rejected our request: {error}"))
        })?;
        if matches!(operation, PatchOperation::Copy(_)) && object.to_string().len() > LONGEST {
            return Err(Refusal::too_long(LONGEST));
        }
    }
    Ok(())
}

/// The object with its headers, as a patch sees it.
fn typed(act: &Act<'_>, object: &Value) -> Value {
    let mut typed = Map::new();
    typed.insert("kind".into(), act.kind.kind.as_str().into());
    typed.insert("apiVersion".into(), act.api_version.as_str().into());
    typed.extend(object.as_object().cloned().unwrap_or_default());
    Value::Object(typed)
}

fn check_options(act: &Act<'_>, request: &Request) -> Result<(), Refusal> {
    let apply = request.media() == APPLY;
    let problem = if act.manager.len() > LONGEST_MANAGER {
        Problem::too_long("fieldManager", LONGEST_MANAGER)
    } else if apply && request.asked("fieldManager").is_none() {
        Problem::required("fieldManager", "is required for apply patch")
    } else if !apply && request.asked("force").is_some() {
        Problem::forbidden("force", "may not be specified for non-apply patch")
    } else {
        return Ok(());
    };
    Err(options::invalid(Verb::Patch, &[problem]))
}

enum Change {
    Merge(Value),
    Operations(Patch),
}

fn change(media: &str, body: &[u8]) -> Result<Change, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::bad_request(decoding(body)))?;
    if media == MERGE {
        return is_map(&value).map(|()| Change::Merge(value));
    }
    let operations = serde_json::from_value(value);
    operations
        .map(Change::Operations)
        .map_err(|error| Refusal::bad_request(format!("error decoding patch: {error}")))
}

/// Anything but a map would take the place of the whole object.
fn is_map(patch: &Value) -> Result<(), Refusal> {
    let kind = match patch {
        Value::Object(_) => return Ok(()),
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        Value::Null => "null",
    };
    let words = format!(
        "error decoding patch: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
    );
    Err(Refusal::bad_request(words))
}

/// The server's decoder names the first character that it cannot read.
fn decoding(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut letters = text.trim_start().chars();
    let first = letters.next();
    let bad = if first == Some('{') { letters.next() } else { first };
    match (first, bad) {
        (Some('{'), Some(bad)) => {
            format!(
                "error decoding patch: invalid character '{bad}' looking for beginning of object key string"
            )
        }
        (_, Some(bad)) => {
            format!("error decoding patch: invalid character '{bad}' looking for beginning of value")
        }
        (_, None) => "error decoding patch: unexpected end of JSON input".into(),
    }
}

fn media_of(act: &Act<'_>) -> Vec<&'static str> {
    if act.kind.is_custom() { vec![JSON, MERGE, APPLY] } else { vec![JSON, MERGE, STRATEGIC, APPLY] }
}
