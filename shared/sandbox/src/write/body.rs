//! Objects that come whole: POST and PUT.

use serde_json::Value;

use super::{Act, Owner, Written};
use crate::kinds::Kind;
use crate::object::{self, as_map, text};
use crate::refusal::{Named, Problem, Refusal};
use crate::state::State;

/// A field manager's name is at most this long.
const LONGEST_MANAGER: usize = 128;

/// Makes the object of a POST.
///
/// # Errors
/// Refuses a body that is no object of this kind and place; see [`Act::create`].
pub(crate) fn create(act: &Act<'_>, state: &mut State, body: &[u8]) -> Result<Written, Refusal> {
    let object = object_of(act, body)?;
    act.create(state, object, Owner::Updates)
}

/// Puts the object of a PUT in the place of what is there.
///
/// # Errors
/// Refuses a body that is no object of this kind, place and name; see [`Act::replace`].
pub(crate) fn update(act: &Act<'_>, state: &mut State, body: &[u8]) -> Result<Written, Refusal> {
    let object = object_of(act, body)?;
    same_name(act, &object)?;
    let before = act.current(state)?;
    act.replace(state, &before, object, Owner::Updates)
}

fn object_of(act: &Act<'_>, body: &[u8]) -> Result<Value, Refusal> {
    let object = parse(body)?;
    same_type(act, &object)?;
    same_namespace(act, &object)?;
    act.kind
        .read(&object)
        .map_err(|misfit| {
            let (version, kind) = (&act.place.version, &act.kind.kind);
            let words =
                format!("{kind} in version \"{version}\" cannot be handled as a {kind}: {}", misfit.0);
            Refusal::bad_request(words)
        })
        .map(bare)
}

/// JSON, or YAML when it is not.
pub(super) fn parse(body: &[u8]) -> Result<Value, Refusal> {
    let text = String::from_utf8_lossy(body);
    let parsed = serde_json::from_str(&text).ok().or_else(|| serde_saphyr::from_str(&text).ok());
    let object: Option<Value> = parsed.filter(Value::is_object);
    object.ok_or_else(|| {
        Refusal::bad_request("the object provided is unrecognized: it is neither JSON nor YAML")
    })
}

/// The object without what every answer puts in front.
pub(crate) fn bare(mut object: Value) -> Value {
    let fields = as_map(&mut object);
    fields.shift_remove("apiVersion");
    fields.shift_remove("kind");
    object
}

/// What the object says of itself must be what the path says; saying nothing is fine.
pub(super) fn same_type(act: &Act<'_>, object: &Value) -> Result<(), Refusal> {
    let (api_version, kind) = (text(object, "/apiVersion"), text(object, "/kind"));
    let fits = (kind.is_empty() || kind == act.kind.kind)
        && (api_version.is_empty() || api_version == act.api_version);
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let words = format!("invalid object type: {group}/{version}, Kind={kind}");
    if fits { Ok(()) } else { Err(Refusal::bad_request(words)) }
}

pub(super) fn same_namespace(act: &Act<'_>, object: &Value) -> Result<(), Refusal> {
    let namespace = object::namespace(object);
    if namespace.is_empty() || namespace == act.place.namespace {
        return Ok(());
    }
    let words = "the namespace of the provided object does not match the namespace sent on the request";
    Err(Refusal::bad_request(words))
}

pub(super) fn same_name(act: &Act<'_>, object: &Value) -> Result<(), Refusal> {
    let (name, place) = (object::name(object), &act.place.name);
    if name.is_empty() || name == place {
        return Ok(());
    }
    let words = format!("the name of the object ({name}) does not match the name on the URL ({place})");
    Err(Refusal::bad_request(words))
}

/// What is wrong with the options of a patch.
pub(super) fn options_problem(problem: Problem) -> Refusal {
    let named = Named { group: "meta.k8s.io", resource: "PatchOptions", name: "" };
    Refusal::invalid(&named, &[problem])
}

/// # Errors
/// Refuses a manager whose name is too long.
pub(super) fn check_manager(manager: &str) -> Result<(), Refusal> {
    if manager.len() <= LONGEST_MANAGER {
        return Ok(());
    }
    Err(options_problem(Problem::too_long("fieldManager", LONGEST_MANAGER)))
}

/// What the kind does not know of this object, as an apply is told.
pub(super) fn undeclared(kind: &Kind, object: &Value) -> Option<Refusal> {
    let words: Vec<_> = kind
        .unknown_fields(object)
        .into_iter()
        .map(|way| format!("{way}: field not declared in schema"))
        .collect();
    let place = object::key(object::namespace(object), object::name(object));
    let start = format!(
        "failed to create typed patch object ({place}; {}, Kind={})",
        text(object, "/apiVersion"),
        kind.kind
    );
    (!words.is_empty()).then(|| Refusal::internal(format!("{start}: {}", words.join("\n"))))
}
