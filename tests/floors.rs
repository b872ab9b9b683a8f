//! The layering of the workspace, read from its sources: who may import whom, what a floor must not touch, and how
//! large a file may be.

#![expect(clippy::unwrap_used, reason = "a test file: sources that cannot be read end the test")]

#[path = "floors/plugins.rs"]
mod plugins;
#[path = "floors/table.rs"]
mod table;
#[path = "floors/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use table::{FLOORS, STRANGERS};

const LONGEST: usize = 250;
const MEDIAN: usize = 130;
/// A file that is longer says why in a line that begins like this.
const REASON: &str = "// Long because ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn library() -> Vec<(PathBuf, String)> {
    let folder = root().join("shared/src");
    sources(&folder).into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The room of a module path: the longest name in the table that it begins with.
fn room(path: &str) -> Option<(&'static str, u8)> {
    let begins =
        |name: &str| path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"));
    FLOORS.into_iter().filter(|(name, _)| begins(name)).max_by_key(|(name, _)| name.len())
}

fn module(path: &Path) -> String {
    module_in("shared/src", path)
}

fn module_in(folder: &str, path: &Path) -> String {
    let relative = path.strip_prefix(root().join(folder)).unwrap().with_extension("");
    relative.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::")
}

/// Every module of the library that a source names, with its line. `super::` is resolved; braces are opened.
fn imports(module: &str, source: &str) -> Vec<(usize, String)> {
    let lines =
        source.lines().enumerate().map(|(number, line)| (number + 1, line.split("//").next().unwrap()));
    lines.flat_map(|(number, code)| named(module, code).into_iter().map(move |path| (number, path))).collect()
}

fn named(module: &str, code: &str) -> Vec<String> {
    let own = starts(code, "crate::").flat_map(opened).map(|path| path["crate::".len()..].to_owned());
    let upward = starts(code, "super::").flat_map(opened).map(|path| resolved(module, &path));
    own.chain(upward).collect()
}

/// The rests of a line that begin with this word, where it is no part of a longer path.
fn starts<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let inside = |c: char| c.is_alphanumeric() || c == ':' || c == '_';
    let found = code.match_indices(word).map(|(at, _)| code.split_at(at));
    found.filter(move |(before, _)| !before.ends_with(inside)).map(|(_, rest)| rest)
}

/// `crate::mesh::{a, b}` as two paths; what is not a path ends one.
fn opened(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    match rest.strip_prefix('{').filter(|_| path.ends_with("::")) {
        Some(inner) => {
            let names = inner.split('}').next().unwrap().split(',');
            names.map(|name| format!("{path}{}", name.trim())).collect()
        }
        None => vec![path.trim_end_matches(':').to_owned()],
    }
}

fn resolved(module: &str, path: &str) -> String {
    let mut parts: Vec<&str> = module.split("::").collect();
    let mut rest = path;
    while let Some(left) = rest.strip_prefix("super::") {
        parts.pop();
        rest = left;
    }
    parts.push(rest);
    parts.join("::")
}

#[test]
fn every_room_is_in_the_table_of_floors() {
    let lost: Vec<String> = library()
        .iter()
        .map(|(path, _)| module(path))
        .filter(|name| {
            !matches!(name.as_str(), "lib" | "health" | "mesh") && !name.starts_with("mesh::samples")
        })
        .filter(|name| room(name).is_none())
        .collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn the_maps_of_the_code_name_every_room() {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for (map, domain) in
        [("shared/src/lib.rs", ""), ("docs/architecture.md", ""), ("shared/src/mesh.rs", "mesh::")]
    {
        let text = fs::read_to_string(root().join(map)).unwrap();
        let words: Vec<&str> = text.split(|c| !is_word(c)).map(|word| word.trim_matches(':')).collect();
        for name in FLOORS.iter().filter_map(|(name, _)| name.strip_prefix(domain)) {
            let short = name.strip_prefix("mesh::").or(name.strip_prefix("health::")).unwrap_or(name);
            assert!(words.contains(&short), "{map} does not name {name}");
        }
    }
}

#[test]
fn a_floor_imports_only_floors_below_it_and_no_strangers() {
    let mut wrong = Vec::new();
    for (path, source) in library() {
        let name = module(&path);
        let Some((from, floor)) = room(&name) else { continue };
        for (line, import) in imports(&name, &source) {
            let Some((to, other)) = room(&import) else { continue };
            let stranger = STRANGERS
                .iter()
                .any(|(a, b)| from.starts_with(a) && (to == *b || to.starts_with(&format!("{b}::"))));
            if other > floor || (stranger && from != to) {
                wrong.push(format!(
                    "{}:{line}: {from} (floor {floor}) imports {to} (floor {other})",
                    path.display()
                ));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_library_knows_no_plugin_and_plugins_do_not_know_each_other() {
    let plugins: Vec<String> = fs::read_dir(root().join("plugins"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    for folder in plugins.iter().map(|name| format!("plugins/{name}")).chain(["shared".into()]) {
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        let depends: Vec<&String> = plugins
            .iter()
            .filter(|plugin| !folder.ends_with(plugin.as_str()))
            .filter(|plugin| manifest.lines().any(|line| line.starts_with(&format!("{plugin}."))))
            .collect();
        assert_eq!(depends, Vec::<&String>::new(), "{folder}");
    }
}

#[test]
fn files_are_small_or_say_why_not() {
    let mut lengths = BTreeMap::new();
    // What is excused counts nowhere: it must not lower the median either.
    for folder in ["shared", "plugins", "tests"] {
        for path in sources(&root().join(folder)) {
            let source = fs::read_to_string(&path).unwrap();
            if !source.lines().any(|line| line.starts_with(REASON)) {
                lengths.insert(path, source.lines().count());
            }
        }
    }
    let long: Vec<_> = lengths.iter().filter(|(_, length)| **length > LONGEST).collect();
    assert_eq!(long, Vec::<(&PathBuf, &usize)>::new());
    let mut sorted: Vec<_> = lengths.values().copied().collect();
    sorted.sort_unstable();
    let median = sorted[sorted.len() / 2];
    assert!(median <= MEDIAN, "the median file has {median} lines");
}

/// Imports are read line by line, so a list of modules must not begin at the top of the crate and go on below.
#[test]
fn no_list_of_imports_hides_its_modules_on_other_lines() {
    let hidden = |line: &&str| ["use crate::{", "use super::{", "use super::super::{"].contains(&line.trim());
    for (path, source) in library() {
        assert_eq!(source.lines().find(hidden), None, "{}", path.display());
    }
}

#[test]
fn a_planted_upward_import_is_caught() {
    let found = imports("verdict::exit", "use crate::surface::Console;\nuse super::finding::Finding;");
    assert_eq!(found, [(1, "surface::Console".to_owned()), (2, "verdict::finding::Finding".to_owned())]);
    assert_eq!(room("surface::Console"), Some(("surface", 4)));
    let braces = imports("mesh::observe::links", "use crate::{cluster::Cluster, terms::Observed};");
    assert_eq!(
        braces.iter().map(|(_, path)| path.as_str()).collect::<Vec<_>>(),
        ["cluster::Cluster", "terms::Observed"]
    );
}
