//! DELETE: options, preconditions, and what is answered.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Act, body::parse, remove::Propagation};
use crate::object::{self, list, text, uid};
use crate::refusal::Refusal;
use crate::request::{Place, Request};
use crate::state::State;

/// What a deletion answers.
#[derive(Debug)]
pub(crate) enum Gone {
    /// The object, as it was or as it waits for its end.
    Object(Arc<Value>),
    /// A `Status` that names it.
    Status(Value),
}

/// Options of a deletion. With a body, the query is not looked at: that is how the server has it.
struct Options {
    dry: bool,
    uid: String,
    version: String,
    propagation: Propagation,
}

impl Options {
    fn of(request: &Request) -> Result<Self, Refusal> {
        if request.body.is_empty() {
            let propagation = Propagation::named(request.asked("propagationPolicy").unwrap_or_default());
            return Ok(Self {
                dry: request.is_dry(),
                uid: String::new(),
                version: String::new(),
                propagation,
            });
        }
        let body = parse(&request.body)?;
        Ok(Self {
            dry: list(&body, "/dryRun").iter().any(|one| one == "All"),
            uid: text(&body, "/preconditions/uid").into(),
            version: text(&body, "/preconditions/resourceVersion").into(),
            propagation: Propagation::named(text(&body, "/propagationPolicy")),
        })
    }

    fn check(&self, act: &Act<'_>, object: &Value) -> Result<(), Refusal> {
        let version = text(object, "/metadata/resourceVersion");
        let words = if !self.uid.is_empty() && self.uid != uid(object) {
            format!(
                "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been \
                 deleted and then recreated",
                self.uid,
                uid(object)
            )
        } else if !self.version.is_empty() && self.version != version {
            format!(
                "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record \
                 ({version}). The object might have been modified",
                self.version
            )
        } else {
            return Ok(());
        };
        let named =
            crate::refusal::Named { group: &act.kind.group, resource: &act.kind.kind, name: &act.place.name };
        Err(Refusal::conflict(&named, &words))
    }
}

/// Deletes one object.
///
/// # Errors
/// Refuses what is not there, and what is not what the preconditions want.
pub(crate) fn delete(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Gone, Refusal> {
    let object = act.current(state)?;
    let options = Options::of(request)?;
    options.check(act, &object)?;
    let left = if options.dry { None } else { act.delete(state, &object, options.propagation) };
    let shown = left.unwrap_or_else(|| Arc::clone(&object));
    if object::is_going(&shown) || answers_with_itself(act) {
        return Ok(Gone::Object(shown));
    }
    let mut details = act.named().details();
    details.insert("uid".into(), uid(&object).into());
    Ok(Gone::Status(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details,
    })))
}

/// Deletes all objects that `chosen` names, and returns how many there were.
///
/// # Errors
/// Refuses options that cannot be read.
pub(crate) fn delete_all(
    act: &Act<'_>,
    state: &mut State,
    request: &Request,
    chosen: &[Arc<Value>],
) -> Result<(), Refusal> {
    let options = Options::of(request)?;
    for object in chosen.iter().filter(|_| !options.dry) {
        let place = Place {
            name: object::name(object).into(),
            namespace: object::namespace(object).into(),
            ..act.place.clone()
        };
        let one =
            Act { place: &place, manager: act.manager.clone(), api_version: act.api_version.clone(), ..*act };
        one.delete(state, object, options.propagation);
    }
    Ok(())
}

/// Few kinds do; the others answer with a `Status`.
fn answers_with_itself(act: &Act<'_>) -> bool {
    let kinds = ["Service", "Pod", "ServiceAccount", "PersistentVolumeClaim"];
    act.kind.group.is_empty() && kinds.contains(&act.kind.kind.as_str())
}
