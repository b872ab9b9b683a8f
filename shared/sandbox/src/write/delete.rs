//! DELETE: options, preconditions, and what is answered.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Act, body::parse, remove::Propagation};
use crate::kinds::DEFINITIONS;
use crate::object::{self, Kept, list, text, uid};
use crate::refusal::Refusal;
use crate::request::options::{self, POLICIES};
use crate::request::{Place, Request, Verb};
use crate::state::State;

/// Namespaces without which there is no cluster.
const IMMORTAL: [&str; 3] = ["default", "kube-public", "kube-system"];

/// What the options of a deletion may say.
const KNOWN: [&str; 6] =
    ["apiVersion", "dryRun", "gracePeriodSeconds", "kind", "preconditions", "propagationPolicy"];

/// What a deletion answers.
#[derive(Debug)]
pub(crate) enum Gone {
    /// The object, as it was or as it waits for its end.
    Object(Arc<Kept>),
    /// A `Status` that names it.
    Status(Value),
}

/// Options of a deletion. With a body, the query is not looked at: that is how the server has it.
struct Options {
    dry: bool,
    uid: String,
    version: String,
    propagation: Propagation,
    seconds: Option<i64>,
}

impl Options {
    fn of(request: &Request) -> Result<Self, Refusal> {
        if request.body()?.is_empty() {
            return Ok(Self {
                dry: request.is_asked("dryRun"),
                uid: String::new(),
                version: String::new(),
                propagation: Propagation::named(request.asked("propagationPolicy").unwrap_or_default()),
                seconds: request.asked("gracePeriodSeconds").and_then(|seconds| seconds.parse().ok()),
            });
        }
        let body = parse(request)?;
        let unknown = body.as_object().into_iter().flatten().find(|(key, _)| !KNOWN.contains(&key.as_str()));
        if let Some((key, _)) = unknown {
            return Err(Refusal::not_done(&format!("the option {key} of deletions")));
        }
        let (dry, policy) = (list(&body, "/dryRun"), text(&body, "/propagationPolicy"));
        let other = dry.iter().filter_map(Value::as_str).find(|one| *one != "All");
        let problems = [
            other.map(|other| options::unsupported("dryRun", other, &["All"])),
            (!policy.is_empty() && !POLICIES.contains(&policy))
                .then(|| options::unsupported("propagationPolicy", policy, &POLICIES)),
        ];
        let problems: Vec<_> = problems.into_iter().flatten().collect();
        if !problems.is_empty() {
            return Err(options::invalid(Verb::Delete, &problems));
        }
        Ok(Self {
            dry: !dry.is_empty(),
            uid: text(&body, "/preconditions/uid").into(),
            version: text(&body, "/preconditions/resourceVersion").into(),
            propagation: Propagation::named(policy),
            seconds: body.get("gracePeriodSeconds").and_then(Value::as_i64),
        })
    }

    /// # Errors
    /// Refuses what no options could make possible.
    fn allow(&self, act: &Act<'_>, state: &State, object: &Value) -> Result<(), Refusal> {
        let name = object::name(object);
        if act.kind.is("", "Namespace") && IMMORTAL.contains(&name) {
            return Err(Refusal::forbidden(&act.named(), "this namespace may not be deleted"));
        }
        if act.kind.is("", "Namespace") && name == "kube-node-lease" {
            return Err(Refusal::not_done("the deletion of kube-node-lease; nobody would make it again"));
        }
        if act.kind.is("", "Pod") && self.seconds.is_some_and(|seconds| seconds > 0) {
            return Err(Refusal::not_done("gracePeriodSeconds of Pods; they end at once"));
        }
        let held = |object: &&Arc<Kept>| !list(object, "/metadata/finalizers").is_empty();
        if act.kind.table() == DEFINITIONS && state.store.list(name, None).any(|object| held(&object)) {
            return Err(Refusal::not_done("the deletion of a definition whose objects have finalizers"));
        }
        Ok(())
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
    options.allow(act, state, &object)?;
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

/// Deletes all objects that are chosen.
///
/// # Errors
/// Refuses options that cannot be read, and objects that are not what the preconditions want; then nothing is deleted.
pub(crate) fn delete_all(
    act: &Act<'_>,
    state: &mut State,
    request: &Request,
    chosen: &[Arc<Kept>],
) -> Result<(), Refusal> {
    let options = Options::of(request)?;
    let places: Vec<Place> = chosen.iter().map(|object| place_of(act, object)).collect();
    let acts: Vec<Act<'_>> = places.iter().map(|place| act.at(place)).collect();
    // What was listed may be of an earlier moment; what is deleted is what is there.
    for one in &acts {
        let Some(object) = one.found(state) else { continue };
        options.allow(one, state, &object)?;
        options.check(one, &object)?;
    }
    for one in acts.iter().filter(|_| !options.dry) {
        if let Some(object) = one.found(state) {
            one.delete(state, &object, options.propagation);
        }
    }
    Ok(())
}

fn place_of(act: &Act<'_>, object: &Value) -> Place {
    Place {
        name: object::name(object).into(),
        namespace: object::namespace(object).into(),
        ..act.place.clone()
    }
}

/// Few kinds do; the others answer with a `Status`.
fn answers_with_itself(act: &Act<'_>) -> bool {
    let kinds = ["Service", "Pod", "ServiceAccount", "PersistentVolumeClaim"];
    act.kind.group.is_empty() && kinds.contains(&act.kind.kind.as_str())
}
