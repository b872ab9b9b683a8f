//! Doors for the laws of what others wrote (`crate::fuzzing`): into parsers that nobody else has to reach.

use super::call::{Call, Resource, Shape};
use super::credentials::answer::Answer;
use super::look;
use super::watch::{Versioned, heard};
use super::{explain, fleet, kubeconfig, warnings};
use crate::terms::{ContextName, Obstacle, Scope, Silence};
use crate::verdict::Failure;
use kube::config::AuthInfo;
use kube::core::WatchEvent;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// Some kubeconfigs as one, each called by its number.
pub(crate) fn kubeconfig(files: &[&[u8]]) -> Result<kubeconfig::Loaded, Failure> {
    let mut loaded = kubeconfig::Loaded::default();
    for (number, bytes) in files.iter().enumerate() {
        loaded.read(bytes, Path::new(&number.to_string()))?;
    }
    Ok(loaded)
}

/// The contexts that a fleet file names.
pub(crate) fn fleet_file(bytes: &[u8]) -> Result<Vec<ContextName>, Failure> {
    let members = fleet::file::parse(bytes, Path::new("platform.yaml"))?;
    Ok(members.into_iter().map(|member| member.context).collect())
}

/// What a fleet file does not want to be told, on some day.
pub(crate) fn silences(bytes: &[u8]) -> Result<Vec<Silence>, Failure> {
    fleet::silences::parse(bytes, Path::new("platform.yaml"), jiff::civil::Date::constant(2026, 3, 1))
}

/// The user that a credential plugin's output makes.
pub(crate) fn credential(output: &[u8], version: &str) -> Result<AuthInfo, String> {
    let mut user = AuthInfo::default();
    Answer::parse(output, version)?.apply(&mut user);
    Ok(user)
}

/// The warnings of a header.
pub(crate) fn warnings(header: &str) -> Vec<(u16, String)> {
    warnings::parse::warnings(header)
}

/// A page of a list, and what hinders where it is none.
pub(crate) fn page(body: &[u8]) -> Result<Vec<Value>, Obstacle> {
    let call = Call::list(Resource::SECRETS, &Scope::default(), Shape::Full, 1, "");
    look::items(&call, body)
}

/// What a refusal with this body means.
pub(crate) fn refusal(body: &[u8]) -> Option<Obstacle> {
    let status = serde_json::from_slice(body).ok()?;
    let call = Call::get(Resource::SECRETS, Some("shop"), "web");
    Some(explain::obstacle(&kube::Error::Api(Box::new(status)), &call.names()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Any {
    metadata: AnyMetadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AnyMetadata {
    resource_version: String,
}

impl Versioned for Any {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

/// What a line of a watch means, and in `version` where the next one goes on; `None` for a line without its end.
pub(crate) fn event(line: &str, version: &mut String) -> Option<Result<(), Obstacle>> {
    let error = match serde_json::from_str::<WatchEvent<Any>>(line) {
        Ok(event) => match heard(event, version) {
            Ok(_) => return Some(Ok(())),
            Err(status) => kube::Error::Api(status),
        },
        Err(error) if error.is_eof() => return None,
        // As the client does: a refusal may come without an event around it.
        Err(error) => match serde_json::from_str(line) {
            Ok(status) => kube::Error::Api(Box::new(status)),
            Err(_) => kube::Error::SerdeError(error),
        },
    };
    Some(Err(explain::obstacle(&error, &watching(version).names())))
}

/// The query of a watch that goes on from there.
pub(crate) fn watch_query(version: &str) -> Option<String> {
    Some(watching(version).request().ok()?.uri().query()?.to_owned())
}

fn watching(version: &str) -> Call {
    Call::watch(Resource::SERVICES, &Scope::default(), version, 1)
}
