//! Bytes to a kubeconfig.

use crate::cluster::explain::{first_document, one_line};
use crate::verdict::{Failure, command};
use kube::config::Kubeconfig;
use std::collections::BTreeSet;
use std::path::Path;

/// Parses one file. Of several YAML documents the first counts, as for kubectl; an empty file is an empty kubeconfig.
pub(super) fn kubeconfig(bytes: &[u8], path: &Path) -> Result<Kubeconfig, Failure> {
    checked(bytes).map_err(|problem| {
        let path = path.display().to_string();
        let check = command(["kubectl", "--kubeconfig", &path, "config", "view"]);
        Failure::usage(
            format!("kubeconfig {path}: {problem}"),
            format!("correct the file, then check it with `{check}`"),
        )
    })
}

fn checked(bytes: &[u8]) -> Result<Kubeconfig, String> {
    let config: Kubeconfig = first_document(bytes)?;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (kind, version) = (given(&config.kind), given(&config.api_version));
    match (kind.as_deref().unwrap_or("Config"), version.as_deref().unwrap_or("v1")) {
        ("Config", "v1") => {}
        (kind, version) => {
            return Err(format!("it is {} of {}, not Config of v1", one_line(kind), one_line(version)));
        }
    }
    expect_unique("context", config.contexts.iter().map(|named| &named.name))?;
    expect_unique("cluster", config.clusters.iter().map(|named| &named.name))?;
    expect_unique("user", config.auth_infos.iter().map(|named| &named.name))?;
    Ok(config)
}

fn expect_unique<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("{what} {:?} is in the list twice", one_line(name)));
        }
    }
    Ok(())
}
