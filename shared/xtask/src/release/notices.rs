//! The licences of what a program is linked with: most of them ask that their text goes with every copy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Plugin, cannot};
use crate::Outcome;

/// How files begin that have terms or names in them, in any case of letters.
const TERMS: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

const TITLE: &str = "\
What this program is linked with, and the terms of that. The program itself, and the standard library of Rust in it:
Apache-2.0, see LICENSE.
";

/// Of the answer of `cargo metadata`, what is needed here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// A package of this workspace comes from nowhere.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// Nothing for what is linked, else `dev` or `build`.
    kind: Option<String>,
}

/// The terms of all packages that a plugin is linked with, each text once. Takes what
/// `cargo metadata --format-version 1 --filter-platform TRIPLE` says in the workspace.
pub fn notices(metadata: &str, plugin: &Plugin) -> Outcome<String> {
    let metadata: Metadata =
        serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let root = metadata.packages.iter().find(|package| package.name == plugin.name);
    let root =
        root.ok_or_else(|| format!("there is no package {}; name the template after one", plugin.name))?;
    let linked = linked(&metadata.resolve, &root.id);
    let mut texts = BTreeMap::<String, Vec<String>>::new();
    let foreign = |package: &&Package| package.source.is_some() && linked.contains(package.id.as_str());
    for package in metadata.packages.iter().filter(foreign) {
        let name = format!("{} {}", package.name, package.version);
        for text in terms(package)? {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    let mut sections: Vec<_> = texts.into_iter().map(|(text, names)| (names.join(", "), text)).collect();
    sections.sort();
    let line = "-".repeat(80);
    let section = |(names, text): (String, String)| format!("\n{line}\n{names}\n{line}\n\n{text}\n");
    Ok(TITLE.to_owned() + &sections.into_iter().map(section).collect::<Vec<_>>().concat())
}

/// All packages that are linked into this one, itself among them.
fn linked<'a>(resolve: &'a Resolve, root: &'a str) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let (mut found, mut next) = (BTreeSet::new(), vec![root]);
    while let Some(id) = next.pop() {
        if found.insert(id) {
            let dependencies = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            let is_linked = |one: &&Dependency| one.dep_kinds.iter().any(|kind| kind.kind.is_none());
            next.extend(dependencies.filter(is_linked).map(|one| one.pkg.as_str()));
        }
    }
    found
}

/// The texts that a package brings; where it brings none, the name of its licence.
fn terms(package: &Package) -> Outcome<Vec<String>> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| has_terms(path)).collect();
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|error| cannot("read", &file, &error))?;
        texts.push(String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned());
    }
    if texts.is_empty() {
        let license = package.license.as_deref().unwrap_or("none named");
        texts.push(format!("Licence: {license} (the package brings no text)"));
    }
    Ok(texts)
}

fn has_terms(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_code = [".rs", ".toml", ".json"].iter().any(|end| name.ends_with(end));
    path.is_file() && !is_code && TERMS.iter().any(|begin| name.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// `app` is linked with `one` and through it with `two`; `three` only builds, `four` only tests.
    fn metadata(folder: &Path) -> String {
        let package = |name: &str| {
            let source = (name != "app").then_some("registry");
            let manifest_path = folder.join(name).join("Cargo.toml");
            json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": source,
                "manifest_path": manifest_path, "targets": [] })
        };
        let dependency =
            |name: &str, kind: Option<&str>| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let app =
            [dependency("one", None), dependency("three", Some("build")), dependency("four", Some("dev"))];
        let one = [dependency("two", None), dependency("app", None)];
        let packages = ["app", "one", "two", "three", "four"].map(package);
        json!({ "packages": packages, "resolve": { "nodes": [
            { "id": "app", "deps": app }, { "id": "one", "deps": one }, { "id": "two", "deps": [] },
        ] } })
        .to_string()
    }

    fn noticed(files: &[(&str, &str)]) -> Outcome<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["app", "one", "two", "three", "four"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for (file, text) in files {
            fs::write(folder.path().join(file), text).unwrap();
        }
        notices(&metadata(folder.path()), &Plugin { name: "app".to_owned() })
    }

    #[test]
    fn a_text_that_two_packages_share_stands_once_and_only_what_is_linked_is_named() {
        let files = [
            ("app/LICENSE", "our own"),
            ("one/LICENSE-MIT", "be kind\r\n"),
            ("two/license.txt", "be kind\n\n"),
            ("two/NOTICE", "by two"),
            ("two/license.rs", "code"),
            ("three/LICENSE", "only builds"),
            ("four/COPYING", "only tests"),
        ];
        let line = "-".repeat(80);
        let wanted = format!(
            "{TITLE}\
             \n{line}\none 1.0.0, two 1.0.0\n{line}\n\nbe kind\n\
             \n{line}\ntwo 1.0.0\n{line}\n\nby two\n"
        );
        assert_eq!(noticed(&files).unwrap(), wanted);
    }

    #[test]
    fn a_package_without_a_text_is_named_with_its_licence() {
        let text = noticed(&[("one/LICENSE", "be kind")]).unwrap();
        assert!(text.contains("two 1.0.0\n"), "{text}");
        assert!(text.contains("Licence: MIT (the package brings no text)"), "{text}");
    }
}
