//! Questions that are asked by creating an object: who am I, may I, give me a token.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, json as reply};
use crate::access::{Asked, Issued, User, claims_of, may};
use crate::clock;
use crate::object::{as_map, text, uid};
use crate::refusal::{Named, Refusal};
use crate::request::{Place, Request};
use crate::state::State;

/// Shorter tokens are not issued.
const SHORTEST: u64 = 600;
const USUAL: u64 = 3600;

/// Answers a question; `None` for any other request.
pub(super) fn answer(
    state: &mut State,
    request: &Request,
    place: &Place,
    (user, now): (&User, Timestamp),
) -> Option<Result<Answer, Refusal>> {
    if request.method != http::Method::POST {
        return None;
    }
    let body = || {
        serde_json::from_slice::<Value>(&request.body)
            .map_err(|error| Refusal::bad_request(error.to_string()))
    };
    match (place.group.as_str(), place.resource.as_str(), place.subresource.as_str()) {
        ("authentication.k8s.io", "selfsubjectreviews", "") => {
            let status = json!({"userInfo": user.info()});
            Some(Ok(reply(201, &review("authentication.k8s.io/v1", "SelfSubjectReview", &status))))
        }
        ("authorization.k8s.io", "selfsubjectaccessreviews", "") => {
            Some(body().map(|body| access(state, user, &body)))
        }
        ("", "serviceaccounts", "token") => Some(body().and_then(|body| token(state, place, &body, now))),
        _ => None,
    }
}

fn review(api_version: &str, kind: &str, status: &Value) -> Value {
    json!({"kind": kind, "apiVersion": api_version, "metadata": {}, "status": status})
}

fn access(state: &State, user: &User, body: &Value) -> Answer {
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
    reply(201, &review)
}

fn token(state: &mut State, place: &Place, body: &Value, now: Timestamp) -> Result<Answer, Refusal> {
    let account = state.store.get("serviceaccounts", &format!("{}/{}", place.namespace, place.name));
    let named = Named { group: "", resource: "serviceaccounts", name: &place.name };
    let account = account.ok_or_else(|| Refusal::not_found(&named))?;
    let seconds =
        body.pointer("/spec/expirationSeconds").and_then(Value::as_u64).unwrap_or(USUAL).max(SHORTEST);
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
