//! Objects that come whole: POST and PUT.

use serde_json::Value;

use super::fields::unknown_fields;
use super::protobuf::{self, PROTOBUF, Unread};
use super::{APPLY, Act, Owner, Written};
use crate::kinds::Kind;
use crate::object::{self, text};
use crate::refusal::{Problem, Refusal};
use crate::request::{Request, Verb};
use crate::state::State;

/// Makes the object of a POST.
///
/// # Errors
/// Refuses a body that is no object of this kind and place; see [`Act::create`].
pub(crate) fn create(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Written, Refusal> {
    let (object, warnings) = object_of(act, request)?;
    if !version(&object).is_empty() {
        return Err(Refusal::internal("resourceVersion should not be set on objects to be created"));
    }
    Ok(Written { warnings, ..act.create(state, object, Owner::Updates)? })
}

/// Puts the object of a PUT in the place of what is there.
///
/// # Errors
/// Refuses a body that is no object of this kind, place, name and uid; see [`Act::replace`].
pub(crate) fn update(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Written, Refusal> {
    let (mut object, warnings) = object_of(act, request)?;
    same_name(act, &object)?;
    let found = act.found(state);
    same_uid(act, found.as_ref().map(|found| found.value()), &object)?;
    let written = match found {
        None if makes(act.kind, Verb::Update, request) && !act.is_status() => {
            object::metadata(&mut object).insert("name".into(), act.place.name.as_str().into());
            act.create(state, object, Owner::Updates)?
        }
        None => return Err(Refusal::not_found(&act.named())),
        Some(before) => {
            wants_version(act, &object)?;
            act.replace(state, &before, object, Owner::Updates)?
        }
    };
    Ok(Written { warnings, ..written })
}

/// Whether such a request makes what is not there.
pub(crate) fn makes(kind: &Kind, verb: Verb, request: &Request) -> bool {
    match verb {
        Verb::Update => match kind.group.as_str() {
            "" => matches!(kind.kind.as_str(), "Endpoints" | "Event" | "Service"),
            "coordination.k8s.io" | "rbac.authorization.k8s.io" => true,
            _ => false,
        },
        Verb::Patch => request.media() == APPLY,
        Verb::Get | Verb::List | Verb::Watch | Verb::Create | Verb::Delete | Verb::DeleteCollection => false,
    }
}

fn version(object: &Value) -> &str {
    text(object, "/metadata/resourceVersion")
}

/// Some kinds are changed by those who say which state they have seen, and by nobody else.
fn wants_version(act: &Act<'_>, object: &Value) -> Result<(), Refusal> {
    let groups = ["apiextensions.k8s.io", "coordination.k8s.io"];
    if !version(object).is_empty() || !(act.kind.is_custom() || groups.contains(&act.kind.group.as_str())) {
        return Ok(());
    }
    let problem = Problem::number("metadata.resourceVersion", 0, "must be specified for an update");
    Err(Refusal::invalid(&act.named(), &[problem]))
}

fn same_uid(act: &Act<'_>, before: Option<&Value>, object: &Value) -> Result<(), Refusal> {
    let (wanted, there) = (object::uid(object), before.map(object::uid).unwrap_or_default());
    if wanted.is_empty() || wanted == there {
        return Ok(());
    }
    let words = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {there}");
    Err(Refusal::conflict(&act.named(), &words))
}

/// The object of the body, and what the server warns of.
fn object_of(act: &Act<'_>, request: &Request) -> Result<(Value, Vec<String>), Refusal> {
    let object = parse(request)?;
    same_type(act, &object, true)?;
    same_namespace(act, &object)?;
    let refused = |why: &str| {
        let (version, kind) = (&act.place.version, &act.kind.kind);
        Refusal::bad_request(format!("{kind} in version \"{version}\" cannot be handled as a {kind}: {why}"))
    };
    let kept = act.kind.read(&object).map_err(|misfit| refused(&misfit.0))?;
    let unknown = unknown_fields(act.kind, request, &object)?;
    unknown.map(|warnings| (kept, warnings)).map_err(|why| refused(&why))
}

/// The object of a body, by its media type.
pub(crate) fn parse(request: &Request) -> Result<Value, Refusal> {
    if request.media() == PROTOBUF {
        return protobuf::object(request.body()?).map_err(|unread| match unread {
            Unread::Malformed => {
                Refusal::bad_request("the object provided is unrecognized: it is no protobuf")
            }
            Unread::NotDone(what) => Refusal::not_done(&format!(
                "{what} in protobuf; kubectl sends JSON with create --validate=false -f FILE"
            )),
        });
    }
    let text = String::from_utf8_lossy(request.body()?);
    let parsed: Option<Value> = match request.media() {
        "" | "application/json" => serde_json::from_str(&text).ok(),
        // JSON is YAML, but it is read faster.
        "application/yaml" | APPLY => {
            serde_json::from_str(&text).ok().or_else(|| serde_saphyr::from_str(&text).ok())
        }
        _ => return Err(unknown_media(&["application/json", "application/yaml"])),
    };
    parsed.filter(Value::is_object).ok_or_else(|| {
        Refusal::bad_request("the object provided is unrecognized: it is neither JSON nor YAML")
    })
}

/// The body is in none of these media types.
pub(super) fn unknown_media(accepted: &[&str]) -> Refusal {
    let words = "the body of the request was in an unknown format - accepted media types include";
    Refusal::unsupported_media(format!("{words}: {}", accepted.join(", ")))
}

/// What the object says of itself must be what the path says; where it may, it says nothing.
pub(super) fn same_type(act: &Act<'_>, object: &Value, silent: bool) -> Result<(), Refusal> {
    let (api_version, kind) = (text(object, "/apiVersion"), text(object, "/kind"));
    let is = |said: &str, expected: &str| said == expected || (silent && said.is_empty());
    let fits = is(kind, &act.kind.kind) && is(api_version, &act.api_version);
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
