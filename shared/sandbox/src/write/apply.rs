//! Server-side apply.

use serde_json::Value;

use super::body::{parse, same_name, same_namespace, same_type};
use super::fields::{expect_schema, twice_applied, undeclared, untyped};
use super::{Act, Owner, Written};
use crate::kinds::bare;
use crate::object::{metadata, text, uid};
use crate::ownership;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::state::State;
use crate::{admission, clock, object};

/// Applies the configuration of the body, and makes what is not there.
///
/// # Errors
/// Refuses a body that is about something else, fields that others own (unless forced), a uid of what is not there.
pub(crate) fn apply(act: &Act<'_>, state: &mut State, request: &Request) -> Result<Written, Refusal> {
    let config = parse(request)?;
    let warnings = twice_applied(request)?;
    Ok(Written { warnings, ..applied(act, state, request, &config)? })
}

fn applied(act: &Act<'_>, state: &mut State, request: &Request, config: &Value) -> Result<Written, Refusal> {
    same_name(act, config)?;
    same_namespace(act, config)?;
    same_type(act, config, false)?;
    if config.pointer("/metadata/managedFields").is_some() {
        return Err(Refusal::bad_request("metadata.managedFields must be nil"));
    }
    expect_schema(act.kind, request)?;
    if let Some(refusal) = undeclared(act.kind, config) {
        return Err(refusal);
    }
    // Nulls are empty values of whatever type.
    let mut said = config.clone();
    admission::tidy(&mut said);
    act.kind.read(&said).map_err(|misfit| untyped(act.kind, config, &misfit.0))?;
    let live = act.found(state);
    if live.is_none() && act.is_status() {
        return Err(Refusal::not_found(&act.named()));
    }
    let uid = uid(config).to_owned();
    if live.is_none() && !uid.is_empty() {
        let words = format!(
            "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        );
        return Err(Refusal::conflict(&act.named(), &words));
    }
    if let Some(live) = &live {
        act.same_version(live, config)?;
    }
    let force = request.is_asked("force");
    let mut new = merged(act, live.as_ref().map(|live| live.value()), config, force)?;
    let Some(live) = live else {
        metadata(&mut new).insert("name".into(), act.place.name.as_str().into());
        return act.create(state, new, Owner::Settled);
    };
    if !uid.is_empty() {
        metadata(&mut new).insert("uid".into(), uid.into());
    }
    act.replace(state, &live, new, Owner::Settled)
}

fn merged(act: &Act<'_>, live: Option<&Value>, config: &Value, force: bool) -> Result<Value, Refusal> {
    let config = bare(config.clone());
    let now = clock::text(act.now);
    let new = ownership::apply(live, &config, &act.writer(&now), force, act.schema())
        .map_err(|conflicts| Refusal::owned(conflicts.message(), conflicts.causes()))?;
    // What is read again has the field types of its kind, whatever the configuration wrote.
    let managed = new.pointer("/metadata/managedFields").cloned();
    let mut read = act.kind.read(&new).map_err(|misfit| {
        Refusal::bad_request(format!("{} {}: {}", act.kind.kind, text(&new, "/metadata/name"), misfit.0))
    })?;
    if let Some(managed) = managed {
        object::metadata(&mut read).insert("managedFields".into(), managed);
    }
    Ok(read)
}
