//! Whether somebody may do what he asks, and the words when he may not.

use crate::access::{Asked, User, may};
use crate::refusal::{Named, Refusal};
use crate::request::{Place, Request, Verb};
use crate::selectors::FieldSelector;
use crate::state::State;

/// Rights are asked for before the resource is looked up: a refusal does not say that it is there.
pub(super) fn permit(
    state: &State,
    user: &User,
    verb: Verb,
    (place, request): (&Place, &Request),
) -> Result<(), Refusal> {
    let by_name = match verb {
        Verb::List | Verb::Watch | Verb::DeleteCollection => named_in_selector(request),
        Verb::Get | Verb::Create | Verb::Update | Verb::Patch | Verb::Delete => None,
    };
    let name = by_name.as_deref().unwrap_or(&place.name);
    let asked = Asked {
        verb: verb.word(),
        group: &place.group,
        resource: &place.resource,
        subresource: &place.subresource,
        namespace: &place.namespace,
        name,
        path: "",
    };
    if may(state, user, &asked) {
        return Ok(());
    }
    let location = match place.namespace.as_str() {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace \"{namespace}\""),
    };
    let resource = match place.subresource.as_str() {
        "" => place.resource.clone(),
        subresource => format!("{}/{subresource}", place.resource),
    };
    let words = format!(
        "User \"{}\" cannot {} resource \"{resource}\" in API group \"{}\" {location}",
        user.name,
        verb.word(),
        place.group
    );
    Err(Refusal::forbidden(&Named { name, ..place.named() }, &words))
}

fn named_in_selector(request: &Request) -> Option<String> {
    let text = request.asked("fieldSelector")?;
    let selector = FieldSelector::parse(text, &[]).ok()?;
    selector.name().map(str::to_owned)
}
