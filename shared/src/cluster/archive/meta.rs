//! What `meta.yaml` says of a dump: when and of what it was taken, and what could not be read then.

use crate::cluster::explain::document;
use crate::verdict::Failure;
use jiff::Timestamp;
use serde::Deserialize;
use std::path::Path;

/// The file, at the root of the folder.
pub(super) const FILE: &str = "meta.yaml";

/// What it says. A word that is not known may be a misspelled one: it is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Meta {
    pub(super) taken_at: Option<Timestamp>,
    pub(super) server_version: Option<String>,
    /// Resources that were refused, named as RBAC does.
    pub(super) denied: Vec<String>,
}

/// Reads it.
///
/// # Errors
/// The first mistake, with its place (exit 2).
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Meta, Failure> {
    document(bytes).map_err(|problem| {
        Failure::usage(
            format!("{}:{problem}", path.display()),
            "write `takenAt` (a time as in 2026-01-31T12:00:00Z), `serverVersion` and `denied` (a list of resources \
             such as secrets or links.multicluster.linkerd.io), each or none of them",
        )
    })
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
    fn a_mistake_is_named_with_its_place() {
        assert_eq!(
            wrong("serverVersion: v1\ndeny: [secrets]"),
            "dump/meta.yaml:2:1: unknown field `deny`, expected one of takenAt, serverVersion, denied"
        );
        assert_eq!(wrong("denied: secrets"), "dump/meta.yaml:1:9: expected sequence start");
        assert!(
            wrong("takenAt: yesterday").starts_with("dump/meta.yaml:1:10: "),
            "{}",
            wrong("takenAt: yesterday")
        );
    }
}
