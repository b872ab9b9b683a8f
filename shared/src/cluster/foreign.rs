//! Doors for the laws of what others wrote (`crate::fuzzing`): into parsers that nobody else has to reach.

use super::call::{Call, Resource, Shape};
use super::credentials::answer::Answer;
use super::look;
use super::{explain, fleet, kubeconfig, warnings};
use crate::terms::{ContextName, Obstacle, Scope};
use crate::verdict::Failure;
use kube::config::AuthInfo;
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
