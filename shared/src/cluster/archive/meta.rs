//! `meta.yaml` of a dump: when and of what it was taken, and what could not be read then. Who collects writes it, and who
//! reads files believes it.

use super::{Archive, kinds};
use crate::cluster::explain::{document, path_words};
use crate::terms::Obstacle;
use crate::verdict::Failure;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file, at the root of the folder.
pub(in crate::cluster) const FILE: &str = "meta.yaml";

/// What it says. A word that is not known may be a misspelled one: it is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::cluster) struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cluster) taken_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cluster) server_version: Option<String>,
    /// Resources that were refused, named as RBAC does.
    pub(in crate::cluster) denied: Vec<String>,
    /// Why the cluster could not be reached, where that is so: nothing of it is in the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cluster) unreached: Option<String>,
}

impl Archive {
    /// Whether they say why there is nothing: it was denied, or the cluster not reached.
    pub fn says_why(&self) -> bool {
        !self.meta.denied.is_empty() || self.meta.unreached.is_some()
    }

    /// What hides all of it, where the cluster could not be reached when its files were taken.
    pub(in crate::cluster) fn out_of_reach(&self) -> Option<Obstacle> {
        let why = self.meta.unreached.as_ref()?;
        let what = format!("anything of it: it was not reached when they were taken ({why})");
        Some(Obstacle::NotInFiles { what })
    }
}

/// Reads it.
///
/// # Errors
/// The first mistake, with its place; a resource that is none, or that nobody knows by this name (exit 2).
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Meta, Failure> {
    let meta: Meta = document(bytes).map_err(|problem| {
        Failure::usage(
            format!("{}:{problem}", path_words(path)),
            "write `takenAt` (a time as in 2026-01-31T12:00:00Z), `serverVersion` and `denied` (a list of resources \
             such as secrets or links.multicluster.linkerd.io), each or none of them",
        )
    })?;
    meta.denied.iter().try_for_each(|word| resource(path, word))?;
    Ok(meta)
}

/// More may be denied than anybody here reads; what looks like a slip is refused, since what was not denied counts as
/// missing.
fn resource(path: &Path, word: &str) -> Result<(), Failure> {
    let refused = |problem: String, next: String| {
        Err(Failure::usage(format!("{}: denied: {problem}", path_words(path)), next))
    };
    if !is_well_formed(word) {
        return refused(
            format!("{word:?} is not a resource"),
            "name resources as RBAC does: secrets, or links.multicluster.linkerd.io".to_owned(),
        );
    }
    match kinds::meant(word) {
        Some(near) => {
            refused(format!("{word:?} is not a resource of any cluster"), format!("did you mean {near}?"))
        }
        None => Ok(()),
    }
}

/// `resource`, `resource.group`, with a subresource or without.
fn is_well_formed(word: &str) -> bool {
    let is_label = |label: &str| {
        let is_letter =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        !label.is_empty() && label.chars().all(is_letter)
    };
    word.split(['.', '/']).all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        read(Path::new("dump/meta.yaml"), text.as_bytes()).unwrap_err().what
    }

    #[test]
    fn it_says_when_of_what_and_what_was_refused() {
        let text = "takenAt: 2026-01-31T12:00:00Z\nserverVersion: v1.33.1\ndenied: [secrets, links.multicluster.linkerd.io]";
        let meta = read(Path::new("meta.yaml"), text.as_bytes()).unwrap();
        assert_eq!(meta.taken_at, Some("2026-01-31T12:00:00Z".parse().unwrap()));
        assert_eq!(meta.server_version.as_deref(), Some("v1.33.1"));
        assert_eq!(meta.denied, ["secrets", "links.multicluster.linkerd.io"]);
        assert_eq!(read(Path::new("meta.yaml"), b"").unwrap(), Meta::default());
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let denied = vec!["secrets".to_owned(), "widgets.example.com".to_owned()];
        for meta in [
            Meta::default(),
            Meta { taken_at: Some("2026-01-31T12:00:00Z".parse().unwrap()), denied, ..Meta::default() },
            Meta { unreached: Some("connection refused".to_owned()), ..Meta::default() },
        ] {
            let text = serde_saphyr::to_string(&meta).unwrap();
            assert_eq!(read(Path::new("meta.yaml"), text.as_bytes()).as_ref(), Ok(&meta), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        assert_eq!(
            wrong("serverVersion: v1\ndeny: [secrets]"),
            "dump/meta.yaml:2:1: unknown field `deny`, expected one of takenAt, serverVersion, denied, unreached"
        );
        assert_eq!(wrong("denied: secrets"), "dump/meta.yaml:1:9: expected sequence start");
        assert!(
            wrong("takenAt: yesterday").starts_with("dump/meta.yaml:1:10: "),
            "{}",
            wrong("takenAt: yesterday")
        );
    }

    #[test]
    fn a_slip_in_the_name_of_a_resource_is_refused_and_a_strange_one_is_kept() {
        let refused = |word: &str| {
            let text = format!("denied: [{}]", serde_json::json!(word));
            let failure = read(Path::new("meta.yaml"), text.as_bytes()).unwrap_err();
            (failure.what, failure.next)
        };
        for (word, near) in [
            ("secret", "secrets"),
            ("secerts", "secrets"),
            ("links", "links.multicluster.linkerd.io"),
            ("link.multicluster.linkerd.io", "links.multicluster.linkerd.io"),
            ("deployments", "deployments.apps"),
        ] {
            let what = format!("meta.yaml: denied: {word:?} is not a resource of any cluster");
            assert_eq!(refused(word), (what, format!("did you mean {near}?")));
        }
        for word in ["Secrets", "", "all the secrets", "a..b", "\u{1b}[31m"] {
            let (what, next) = refused(word);
            assert_eq!(what, format!("meta.yaml: denied: {word:?} is not a resource"));
            assert!(next.starts_with("name resources as RBAC does"), "{next}");
        }
        for word in ["widgets.example.com", "httproutes.gateway.networking.x-k8s.io", "pods/log", "nodes"] {
            let text = format!("denied: [{word}]");
            assert_eq!(read(Path::new("meta.yaml"), text.as_bytes()).unwrap().denied, [word]);
        }
    }
}
