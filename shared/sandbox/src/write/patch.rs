//! PATCH: by media type.

use json_patch::Patch;
use serde_json::Value;

use super::body::{check_manager, options_problem};
use super::{Act, Owner, Written, apply};
use crate::refusal::{Problem, Refusal};
use crate::request::Request;
use crate::state::State;

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// Changes an object as the patch says.
///
/// # Errors
/// Refuses a media type that this kind does not take, a body that is none, and what [`Act::replace`] refuses.
pub(crate) fn patch(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Written, Refusal> {
    let media = request.media();
    let accepted = media_of(act);
    if !accepted.contains(&media) {
        let words = "the body of the request was in an unknown format - accepted media types include";
        return Err(Refusal::unsupported_media(format!("{words}: {}", accepted.join(", "))));
    }
    check_manager(&act.manager)?;
    if media == APPLY {
        return apply(act, state, request);
    }
    if request.asked("force").is_some() {
        let problem = Problem::forbidden("force", "may not be specified for non-apply patch");
        return Err(options_problem(problem));
    }
    if media == STRATEGIC {
        return Err(Refusal::not_done("strategic merge patches; send a JSON merge patch"));
    }
    let change = change(media, &request.body)?;
    let before = act.current(state)?;
    let mut new = (*before).clone();
    match change {
        Change::Merge(value) => json_patch::merge(&mut new, &value),
        Change::Operations(patch) => json_patch::patch(&mut new, &patch).map_err(|error| {
            Refusal::unprocessable(&act.named(), format!("the server rejected our request: {error}"))
        })?,
    }
    let misfit = |why: crate::kinds::Misfit| {
        Refusal::bad_request(format!("the patched object is no {}: {}", act.kind.kind, why.0))
    };
    let new = act.kind.read(&new).map_err(misfit)?;
    act.replace(state, &before, new, Owner::Updates)
}

enum Change {
    Merge(Value),
    Operations(Patch),
}

fn change(media: &str, body: &[u8]) -> Result<Change, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::bad_request(decoding(body)))?;
    if media == MERGE {
        return Ok(Change::Merge(value));
    }
    let operations = serde_json::from_value(value);
    operations
        .map(Change::Operations)
        .map_err(|error| Refusal::bad_request(format!("error decoding patch: {error}")))
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
