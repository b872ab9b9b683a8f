//! The licences of what is linked into a program: they ask that their texts come along.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Outcome;

/// How files with licences and what belongs to them are called, in any case.
const BEGINNINGS: [&str; 6] = ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "COPYRIGHT", "NOTICE"];

const HEAD: &str = "\
The program in this archive contains the following libraries under their licences, the texts of which follow. It also
contains the standard library of Rust, which is under the Apache License 2.0; its text is the file LICENSE.
";

/// The part of `cargo metadata` that says what is linked. Ask it with `--filter-platform`: what other platforms need is
/// not in the program.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    /// Where cargo puts what it builds.
    pub target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// A package of this workspace has none.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// `dev`, `build`, or nothing for what is linked.
    kind: Option<String>,
}

/// The libraries of a plugin with their licences, and each text once. Fails for a library that comes without a text and
/// is not under the licence of this workspace, which is at hand.
pub fn notices(metadata: &Metadata, plugin: &str) -> Outcome<String> {
    let mut names = String::new();
    let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
    for package in linked(metadata, plugin)? {
        let name = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref().unwrap_or("see its text");
        names += &format!("  {name}: {license}\n");
        let found = texts_of(package)?;
        if found.is_empty() && !license.contains("Apache-2.0") {
            return Err(format!("{name} comes without the text of its licence ({license}): find and add it"));
        }
        for text in found {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let mut sections: Vec<_> = texts.into_iter().map(|(text, names)| (names, text)).collect();
    sections.sort();
    let section = |(names, text): (BTreeSet<String>, String)| {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        format!("\n{}\n{names}\n\n{text}\n", "=".repeat(80))
    };
    Ok(format!("{HEAD}\n{names}{}", sections.into_iter().map(section).collect::<String>()))
}

/// All packages from elsewhere that are linked into a plugin, by name and version.
fn linked<'a>(metadata: &'a Metadata, plugin: &str) -> Outcome<Vec<&'a Package>> {
    let own = metadata.packages.iter().find(|package| package.name == plugin && package.source.is_none());
    let own = own.ok_or_else(|| format!("no package of this workspace is called {plugin}"))?;
    let nodes: BTreeMap<_, _> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let (mut seen, mut next) = (BTreeSet::new(), vec![own.id.as_str()]);
    while let Some(id) = next.pop() {
        if seen.insert(id) {
            let dependencies = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            let is_linked = |one: &&Dependency| one.dep_kinds.iter().any(|kind| kind.kind.is_none());
            next.extend(dependencies.filter(is_linked).map(|one| one.pkg.as_str()));
        }
    }
    let foreign = |package: &&Package| package.source.is_some() && seen.contains(package.id.as_str());
    let mut packages: Vec<_> = metadata.packages.iter().filter(foreign).collect();
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(packages)
}

fn texts_of(package: &Package) -> Outcome<Vec<String>> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
    let about = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(about)? {
        let entry = entry.map_err(about)?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if BEGINNINGS.iter().any(|begin| name.starts_with(begin)) && entry.path().is_file() {
            let text = fs::read(entry.path()).map_err(about)?;
            texts.push(String::from_utf8_lossy(&text).replace("\r\n", "\n").trim().to_owned());
        }
    }
    Ok(texts)
}
