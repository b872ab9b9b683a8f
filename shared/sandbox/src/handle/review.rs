//! Questions that are asked by creating an object: who am I, may I, give me a token.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, json as reply};
use crate::access::{AUDIENCE, Asked, Issued, User, claims_of, may};
use crate::clock;
use crate::object::{as_map, list, text, uid};
use crate::refusal::{Named, Problem, Refusal};
use crate::request::{Place, Request};
use crate::state::State;
use crate::write::parse;

/// Shorter tokens are not issued.
const SHORTEST: i64 = 600;
const LONGEST: i64 = 1 << 32;
const USUAL: i64 = 3600;

/// Answers a question.
pub(super) fn answer(
    state: &mut State,
    request: &Request,
    place: &Place,
    (user, now): (&User, Timestamp),
) -> Result<Answer, Refusal> {
    match place.resource.as_str() {
        // There is nothing in the question, in whatever media type it comes.
        "selfsubjectreviews" => {
            let status = json!({"userInfo": user.info()});
            Ok(reply(201, &review("authentication.k8s.io/v1", "SelfSubjectReview", &status)))
        }
        "selfsubjectaccessreviews" => access(state, user, &parse(request)?),
        _ => token(state, place, &parse(request)?, now),
    }
}

fn review(api_version: &str, kind: &str, status: &Value) -> Value {
    json!({"kind": kind, "apiVersion": api_version, "metadata": {}, "status": status})
}

fn access(state: &State, user: &User, body: &Value) -> Result<Answer, Refusal> {
    let asks = |field: &str| body.pointer(field).is_some_and(|asked| !asked.is_null());
    if asks("/spec/resourceAttributes") == asks("/spec/nonResourceAttributes") {
        let named = Named { group: "authorization.k8s.io", resource: "SelfSubjectAccessReview", name: "" };
        let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        return Err(Refusal::invalid(
            &named,
            &[Problem::number("spec.resourceAttributes", Value::Null, why)],
        ));
    }
    let of = |field: &str| text(body, &format!("/spec/resourceAttributes/{field}"));
    let asked = Asked {
        verb: of("verb"),
        group: of("group"),
        resource: of("resource"),
        subresource: of("subresource"),
        namespace: of("namespace"),
        name: of("name"),
        path: text(body, "/spec/nonResourceAttributes/path"),
    };
    let path = asked.path;
    let asked = if path.is_empty() {
        asked
    } else {
        Asked { verb: text(body, "/spec/nonResourceAttributes/verb"), ..asked }
    };
    let status = json!({"allowed": may(state, user, &asked)});
    let mut review = review("authorization.k8s.io/v1", "SelfSubjectAccessReview", &status);
    as_map(&mut review).insert("spec".into(), body.get("spec").cloned().unwrap_or_default());
    Ok(reply(201, &review))
}

fn token(state: &mut State, place: &Place, body: &Value, now: Timestamp) -> Result<Answer, Refusal> {
    let account = state.store.get("serviceaccounts", &format!("{}/{}", place.namespace, place.name));
    let named = Named { group: "", resource: "serviceaccounts", name: &place.name };
    let account = account.ok_or_else(|| Refusal::not_found(&named))?;
    let seconds = seconds(body)?;
    let ends = clock::after(now, Duration::from_secs(seconds));
    let issued = Issued {
        namespace: place.namespace.clone(),
        account: place.name.clone(),
        uid: uid(&account).into(),
        secret: None,
        ends: Some(ends),
    };
    let token = state.tokens.issue(&claims_of(&issued, now), issued);
    let status = json!({"token": token, "expirationTimestamp": clock::text(ends)});
    Ok(reply(201, &review("authentication.k8s.io/v1", "TokenRequest", &status)))
}

/// How long a token is wanted.
///
/// # Errors
/// Refuses what is too short or too long, and all else that a token can be bound to.
fn seconds(body: &Value) -> Result<u64, Refusal> {
    let foreign = |audience: &Value| audience != AUDIENCE;
    if list(body, "/spec/audiences").iter().any(foreign) {
        return Err(Refusal::not_done("tokens for other audiences"));
    }
    if body.pointer("/spec/boundObjectRef").is_some_and(|bound| !bound.is_null()) {
        return Err(Refusal::not_done("tokens that are bound to an object (boundObjectRef)"));
    }
    let asked = body.pointer("/spec/expirationSeconds").and_then(Value::as_i64).unwrap_or(USUAL);
    let why = if asked < SHORTEST {
        "may not specify a duration less than 10 minutes"
    } else {
        "may not specify a duration larger than 2^32 seconds"
    };
    let named = Named { group: "authentication.k8s.io", resource: "TokenRequest", name: "" };
    let problem = Problem::number("spec.expirationSeconds", asked, why);
    let fits = (SHORTEST..=LONGEST).contains(&asked);
    u64::try_from(asked).ok().filter(|_| fits).ok_or_else(|| Refusal::invalid(&named, &[problem]))
}
