//! `pods/NAME/log`, as far as nothing has run: which container is meant, and that a pod without a node has said
//! nothing. What a container says on a node is refused, since there are no containers here.

use serde_json::Value;

use super::{Answer, Body};
use crate::kinds::Kind;
use crate::object::{list, text};
use crate::read;
use crate::refusal::Refusal;
use crate::request::{Place, Request};
use crate::state::State;

/// The options of a log that change nothing about an empty one.
const OPTIONS: [&str; 3] = ["container", "limitBytes", "timestamps"];

/// # Errors
/// Refuses a pod or a container that is not there, and everything that would need a container.
pub(super) fn answer(
    state: &State,
    request: &Request,
    (kind, place): (&Kind, &Place),
) -> Result<Answer, Refusal> {
    if let Some((key, _)) = request.query.iter().find(|(key, _)| !OPTIONS.contains(&key.as_str())) {
        return Err(Refusal::not_done(&format!("the option {key} of a log")));
    }
    let pod = read::get(state, kind, place)?;
    has_container(&pod, request.asked("container").unwrap_or_default())?;
    if !text(&pod, "/spec/nodeName").is_empty() {
        return Err(Refusal::not_done("pods/log of a pod with a node: nothing runs there"));
    }
    // Nothing at all, and not an empty text.
    Ok(Answer { code: 204, body: Body::Text(String::new()), warnings: Vec::new() })
}

fn has_container(pod: &Value, asked: &str) -> Result<(), Refusal> {
    let names = |way: &str| -> Vec<&str> { list(pod, way).iter().map(|one| text(one, "/name")).collect() };
    let (own, first) = (names("/spec/containers"), names("/spec/initContainers"));
    let name = text(pod, "/metadata/name");
    match (asked, own.as_slice()) {
        ("", [_]) if first.is_empty() => Ok(()),
        ("", _) => {
            let rest = match first.as_slice() {
                [] => String::new(),
                first => format!(" or one of the init containers: [{}]", first.join(" ")),
            };
            Err(Refusal::bad_request(format!(
                "a container name must be specified for pod {name}, choose one of: [{}]{rest}",
                own.join(" ")
            )))
        }
        (asked, own) if own.contains(&asked) || first.contains(&asked) => Ok(()),
        (asked, _) => Err(Refusal::bad_request(format!("container {asked} is not valid for pod {name}"))),
    }
}
