//! Roles and bindings, as far as they ask for what the sandbox does not have.

use serde_json::Value;

use crate::kinds::Kind;
use crate::object::text;
use crate::refusal::Refusal;
use crate::state::State;

/// # Errors
/// Refuses roles that others shall make up, and bindings to roles that every real server has.
pub(super) fn check(kind: &Kind, object: &Value, state: &State) -> Result<(), Refusal> {
    if object.get("aggregationRule").is_some_and(|rule| !rule.is_null()) {
        return Err(Refusal::not_done("roles that are made of others (aggregationRule)"));
    }
    let role = text(object, "/roleRef/name");
    let table = "clusterroles.rbac.authorization.k8s.io";
    let absent = role.starts_with("system:") && state.store.get(table, role).is_none();
    if kind.kind.ends_with("Binding") && absent {
        return Err(Refusal::not_done(&format!("the role {role}; create it before you bind it")));
    }
    Ok(())
}
