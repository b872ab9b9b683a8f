//! Doors for the laws of what others wrote (`crate::fuzzing`): into the readers of files.

use super::apart::{self, Kustomized};
use super::{Archive, Contents, Meta, meta, objects, packed};
use crate::cluster::{Call, Resource, Shape};
use crate::terms::{Obstacle, Scope};
use crate::verdict::Failure;
use serde_json::Value;
use std::path::Path;

/// What is asked of whatever was read.
const ASKED: [Resource; 4] =
    [Resource::SERVICES, Resource::SECRETS, Resource::NAMESPACES, Resource::DEPLOYMENTS];

/// An object of a file: where it stands, line and column.
type Place = (usize, usize);

/// The places of the objects of a file of a dump or of a repository, and what is answered of them.
pub(crate) fn file(bytes: &[u8], is_dump: bool) -> Result<(Vec<Place>, Vec<Value>), Failure> {
    let path = Path::new("dump/a.yaml");
    let (contents, text) = if is_dump {
        (Contents::Dump, objects::read(path, bytes)?)
    } else {
        (Contents::Manifests, apart::read(path, bytes)?)
    };
    let places = text.objects.iter().map(|found| (found.origin.line, found.origin.column)).collect();
    let archive = Archive::of(contents, Path::new("dump"), Meta::default(), vec![text])?;
    Ok((places, answers(&archive)))
}

fn answers(archive: &Archive) -> Vec<Value> {
    let lists = ASKED.iter().flat_map(|resource| {
        [Shape::Full, Shape::Metadata].map(|shape| Call::list(*resource, &Scope::default(), shape, 500, ""))
    });
    let answered = lists.filter_map(|call| match archive.answer(&call) {
        Ok(body) => Some(serde_json::from_slice(&body).unwrap_or(Value::Null)),
        Err(Obstacle::NotInFiles { .. }) => None,
        Err(_) => Some(Value::Null),
    });
    answered.collect()
}

/// What `meta.yaml` says was denied.
pub(crate) fn about(bytes: &[u8]) -> Result<Vec<String>, Failure> {
    meta::read(Path::new("dump/meta.yaml"), bytes).map(|meta| meta.denied)
}

/// The clusters of a tar, and what is answered of each.
pub(crate) fn tar(bytes: &[u8]) -> Result<Vec<(String, Vec<Value>)>, Failure> {
    let clusters = packed::of_tar(Path::new("dump.tar"), bytes)?;
    Ok(clusters.into_iter().map(|(name, archive)| (name, answers(&archive))).collect())
}

/// The files that a kustomization changes others with.
pub(crate) fn patches(bytes: &[u8]) -> Vec<String> {
    let mut found = Kustomized::default();
    found.learn(Path::new("a/kustomization.yaml"), bytes);
    found.patches.iter().map(|path| path.display().to_string()).collect()
}
