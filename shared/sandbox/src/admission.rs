//! What the server fills in and what it refuses, kind by kind.
//!
//! As much as the commands, the controllers and the contract need; what is not checked here is accepted.

mod default;
mod endpoints;
mod fixed;
mod name;
mod role;
mod service;
mod tidy;

use serde_json::Value;

use crate::addresses::Addresses;
use crate::kinds::{Kind, Scope};
use crate::object::{fields, list};
use crate::refusal::{Named, Problem, Refusal};
use crate::state::State;

pub(crate) use name::path_problem;
pub(crate) use tidy::tidy;

/// Fills in what is not said. `before` is what was there: what it was given, it keeps.
pub(crate) fn fill(kind: &Kind, before: Option<&Value>, object: &mut Value, addresses: &mut Addresses) {
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Service") => service::fill(before, object, addresses),
        ("", "Endpoints") => endpoints::fill(object),
        ("", kind) => default::core(kind, object),
        ("apiextensions.k8s.io", _) => default::definition(object),
        ("apps", "DaemonSet") => default::daemon_set(object),
        ("networking.k8s.io", "NetworkPolicy") => default::network_policy(object),
        _ => {}
    }
}

/// Refuses what is not valid.
///
/// # Errors
/// Lists everything that is wrong.
pub(crate) fn check(kind: &Kind, before: Option<&Value>, object: &Value) -> Result<(), Refusal> {
    let mut problems = name::metadata_problems(kind, object);
    problems.extend(before.and_then(|before| uid_problem(before, object)));
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Service") => problems.extend(service::problems(before, object)),
        ("", "Endpoints") => problems.extend(endpoints::problems(object)),
        ("apiextensions.k8s.io", _) => problems.extend(name::definition_problem(object)),
        _ => {}
    }
    if let Some(before) = before {
        problems.extend(fixed::problems(kind, before, object)?);
    }
    let name = crate::object::name(object);
    let named = Named { group: &kind.group, resource: &kind.kind, name };
    if problems.is_empty() { Ok(()) } else { Err(Refusal::invalid(&named, &problems)) }
}

fn uid_problem(before: &Value, object: &Value) -> Option<Problem> {
    let (old, new) = (crate::object::uid(before), crate::object::uid(object));
    (old != new).then(|| Problem::invalid("metadata.uid", new, "field is immutable"))
}

/// Looks at what the object asks for of what there is only once. `before` is what it replaces.
///
/// # Errors
/// Refuses what is taken, what there is not, and references to what only real servers have.
pub(crate) fn claim(
    kind: &Kind,
    before: Option<&Value>,
    object: &Value,
    state: &State,
) -> Result<(), Refusal> {
    if before.is_none() && kind.group == "rbac.authorization.k8s.io" {
        return role::check(kind, object, state);
    }
    if !kind.is("", "Service") {
        return Ok(());
    }
    if before.is_none() && service::is_alias_with_address(object) {
        return Err(Refusal::not_done("an ExternalName Service that asks for an address"));
    }
    let problem = service::address_problem(before, object, &state.addresses);
    let named = Named { group: &kind.group, resource: &kind.kind, name: crate::object::name(object) };
    problem.map_or(Ok(()), |problem| Err(Refusal::invalid(&named, &[problem])))
}

/// Notes which addresses are in use once an object has taken the place of another one.
pub(crate) fn settle(kind: &Kind, before: Option<&Value>, after: Option<&Value>, addresses: &mut Addresses) {
    if !kind.is("", "Service") {
        return;
    }
    if let Some(old) = before.and_then(service::address) {
        addresses.release(old);
    }
    if let Some(new) = after.and_then(service::address) {
        addresses.claim(new);
    }
}

/// Whether the server counts the generations of this kind's spec.
pub(crate) fn counts_generations(kind: &Kind) -> bool {
    kind.is_custom()
        || matches!(
            kind.group.as_str(),
            "apps" | "batch" | "networking.k8s.io" | "apiextensions.k8s.io" | "discovery.k8s.io"
        )
}

/// Puts the namespace of the path into the object.
pub(crate) fn place(kind: &Kind, namespace: &str, object: &mut Value) {
    let metadata = crate::object::metadata(object);
    match kind.scope {
        Scope::Namespaced => drop(metadata.insert("namespace".into(), namespace.into())),
        Scope::Cluster => drop(metadata.shift_remove("namespace")),
    }
}

/// Sets a field that is not there.
fn preset(object: &mut Value, parent: &str, name: &str, value: impl Into<Value>) {
    fields(object, parent).entry(name).or_insert_with(|| value.into());
}

/// The ports of a Service.
fn ports(object: &Value) -> &[Value] {
    list(object, "/spec/ports")
}
