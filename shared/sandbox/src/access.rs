//! Who asks, and what he may: tokens, impersonation and RBAC over the roles that the cluster holds.

mod builtin;
mod rules;
mod tokens;
mod user;

pub(crate) use builtin::roles;
pub(crate) use rules::{Asked, may};
pub(crate) use tokens::{AUDIENCE, Issued, Tokens, claims_of};
pub(crate) use user::User;

use http::{HeaderMap, header};

use crate::refusal::{Named, Refusal};
use crate::state::State;
use jiff::Timestamp;

/// Whose request this is, in the end: the impersonated user, when the caller may impersonate.
///
/// # Errors
/// Refuses credentials that nobody has, and an impersonation that is not allowed.
pub(crate) fn identify(state: &State, headers: &HeaderMap, now: Timestamp) -> Result<User, Refusal> {
    let caller = caller(state, headers, now)?;
    let Some((wanted, rights)) = user::impersonated(headers)? else { return Ok(caller) };
    // Everything that one pretends to be is a right of its own.
    for right in &rights {
        let asked = Asked { verb: "impersonate", ..right.asked() };
        if !may(state, &caller, &asked) {
            return Err(refused(&caller, &asked));
        }
    }
    Ok(wanted)
}

fn refused(caller: &User, asked: &Asked<'_>) -> Refusal {
    let resource = match asked.subresource {
        "" => asked.resource.to_owned(),
        subresource => format!("{}/{subresource}", asked.resource),
    };
    let location = match asked.namespace {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace \"{namespace}\""),
    };
    let words = format!(
        "User \"{}\" cannot impersonate resource \"{resource}\" in API group \"{}\" {location}",
        caller.name, asked.group
    );
    Refusal::forbidden(&Named { group: asked.group, resource: asked.resource, name: asked.name }, &words)
}

fn caller(state: &State, headers: &HeaderMap, now: Timestamp) -> Result<User, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(User::anonymous()) };
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    token.and_then(|token| state.tokens.user(token, state, now)).ok_or_else(Refusal::unauthorized)
}
