//! What there is at a place, and which verbs it takes.

use std::sync::Arc;

use super::known::{is_known, is_known_subresource};
use crate::admission::path_problem;
use crate::kinds::{Found, Kind, Scope};
use crate::refusal::Refusal;
use crate::request::{Place, Verb};
use crate::state::State;

/// What a place leads to.
#[derive(Debug)]
pub(super) enum Route {
    /// Objects of this kind.
    Kind(Arc<Kind>),
    /// What a container of a pod has said.
    Log(Arc<Kind>),
    /// Something that is asked by creating an object, and not kept.
    Question,
}

/// Group, resource and subresource of each question.
const QUESTIONS: [(&str, &str, &str); 3] = [
    ("", "serviceaccounts", "token"),
    ("authentication.k8s.io", "selfsubjectreviews", ""),
    ("authorization.k8s.io", "selfsubjectaccessreviews", ""),
];

/// Finds what a request is about.
///
/// # Errors
/// Refuses what is not there, what the sandbox does not serve, and a verb that the place does not take.
pub(super) fn route(state: &State, place: &Place, verb: Verb) -> Result<Route, Refusal> {
    let what = (place.group.as_str(), place.resource.as_str(), place.subresource.as_str());
    if QUESTIONS.contains(&what) {
        let asked = verb == Verb::Create && place.name.is_empty() == what.2.is_empty();
        return if asked { Ok(Route::Question) } else { Err(Refusal::method_not_allowed()) };
    }
    if is_known(what.0, what.1) {
        return Err(Refusal::not_done(&place.named().qualified()));
    }
    let kind = match state.kinds.find(&place.group, &place.version, &place.resource) {
        Found::Kind(kind) => kind,
        Found::NotServed => return Err(Refusal::not_served()),
        Found::NoPage => return Err(Refusal::no_page()),
    };
    if kind.is("", "Pod") && place.subresource == "log" && verb == Verb::Get && !place.namespace.is_empty() {
        return Ok(Route::Log(kind));
    }
    subresource(&kind, place)?;
    scope(&kind, place, verb)?;
    takes(&kind, place, verb)?;
    match path_problem(&place.name) {
        Some(why) => Err(Refusal::bad_request(format!("Name parameter invalid: \"{}\": {why}", place.name))),
        None => Ok(Route::Kind(kind)),
    }
}

fn subresource(kind: &Kind, place: &Place) -> Result<(), Refusal> {
    let name = place.subresource.as_str();
    let has_status = kind.version(&place.version).is_some_and(|version| version.has_status);
    if name.is_empty() || (name == "status" && has_status) {
        return Ok(());
    }
    if is_known_subresource(name) {
        return Err(Refusal::not_done(&format!("{}/{name}", place.resource)));
    }
    Err(if kind.is_custom() { Refusal::not_found(&place.named()) } else { Refusal::not_served() })
}

/// A kind of the cluster is in no namespace, and all namespaces together can only be listed.
fn scope(kind: &Kind, place: &Place, verb: Verb) -> Result<(), Refusal> {
    let absent = || Err(if kind.is_custom() { Refusal::no_page() } else { Refusal::not_served() });
    let lists = matches!(verb, Verb::List | Verb::Watch);
    match kind.scope {
        // The path of a namespace is also that of what is in it.
        Scope::Cluster if place.namespace.is_empty() => Ok(()),
        Scope::Cluster if kind.is("", "Namespace") && place.namespace == place.name => Ok(()),
        Scope::Namespaced if !place.namespace.is_empty() || lists => Ok(()),
        Scope::Namespaced if place.name.is_empty() && !kind.is_custom() => Err(Refusal::method_not_allowed()),
        Scope::Cluster | Scope::Namespaced => absent(),
    }
}

/// Whether the collection of a kind can be deleted at once.
pub(super) fn is_deleted_at_once(kind: &Kind) -> bool {
    !kind.is("", "Namespace")
}

fn takes(kind: &Kind, place: &Place, verb: Verb) -> Result<(), Refusal> {
    let (named, whole) = (!place.name.is_empty(), place.subresource.is_empty());
    let taken = match verb {
        Verb::List | Verb::Watch | Verb::Get => true,
        Verb::Create => !named,
        Verb::Update | Verb::Patch => named,
        Verb::Delete => whole,
        Verb::DeleteCollection => is_deleted_at_once(kind),
    };
    if taken {
        return Ok(());
    }
    // Of custom resources the real server takes some of these in ways of its own.
    Err(match (kind.is_custom(), whole) {
        (true, true) => Refusal::not_done(&format!("{} at this place", verb.word())),
        (true, false) => Refusal::unsupported_verb(&place.named(), verb.word()),
        (false, _) => Refusal::method_not_allowed(),
    })
}
