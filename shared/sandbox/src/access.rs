//! Who asks, and what he may: tokens, impersonation and RBAC over the roles that the cluster holds.

mod rules;
mod tokens;
mod user;

pub(crate) use rules::{Asked, may};
pub(crate) use tokens::{Issued, Tokens, claims_of};
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
    let Some(wanted) = user::impersonated(headers)? else { return Ok(caller) };
    let named = Named { group: "", resource: "users", name: &wanted.name };
    let asked =
        Asked { verb: "impersonate", group: "", resource: "users", name: &wanted.name, ..Asked::default() };
    if may(state, &caller, &asked) {
        return Ok(wanted);
    }
    let words = format!(
        "User \"{}\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope",
        caller.name
    );
    Err(Refusal::forbidden(&named, &words))
}

fn caller(state: &State, headers: &HeaderMap, now: Timestamp) -> Result<User, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(User::anonymous()) };
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    token.and_then(|token| state.tokens.user(token, state, now)).ok_or_else(Refusal::unauthorized)
}
