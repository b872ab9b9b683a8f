//! The folder of a release: archives that were put there, the manifests for them, and the sums of all files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Filled, fill};
use crate::Outcome;
use crate::krew::sha256;

/// The file with the sums, in the form that `sha256sum --check` reads.
pub const SUMS: &str = "SHA256SUMS";

/// Which archives must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Whatever is there: manifests name those platforms alone.
    Some,
    /// All of a release.
    Every,
}

/// The templates of manifests in this folder: the names of the plugins and the texts.
pub fn templates(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    let is_template = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    let mut found = BTreeMap::new();
    for path in files(folder)?.into_values().filter(is_template) {
        let plugin = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).map_err(|error| about(&path, &error))?;
        found.insert(plugin, text);
    }
    Ok(found)
}

/// Writes the manifests of the archives in this folder, then the sums of all files in it, and returns what it wrote. Writes
/// nothing when Krew would refuse any of it.
pub fn gather(templates: &BTreeMap<String, String>, folder: &Path, demand: Demand) -> Outcome<Vec<PathBuf>> {
    let mut manifests = Vec::new();
    for (plugin, template) in templates {
        let file = format!("{plugin}.yaml");
        let Filled { manifest, missing } = fill(&file, template, |name| fs::read(folder.join(name)).ok())?;
        if demand == Demand::Every && !missing.is_empty() {
            let names = missing.join(", ");
            return Err(format!("{} lacks {names}: build them with `cargo xtask dist`", folder.display()));
        }
        if !manifest.spec.platforms.is_empty() {
            let text = serde_saphyr::to_string(&manifest).map_err(|error| format!("{file}: {error}"))?;
            manifests.push((folder.join(file), text));
        }
    }
    for (path, text) in &manifests {
        write(path, text)?;
    }
    let sums = folder.join(SUMS);
    write(&sums, &sums_of(folder)?)?;
    Ok(manifests.into_iter().map(|(path, _)| path).chain([sums]).collect())
}

/// A line for each file, in the order of their names. Signatures are of the sums, so they are not among them.
fn sums_of(folder: &Path) -> Outcome<String> {
    let mut lines = String::new();
    for (name, path) in files(folder)?.into_iter().filter(|(name, _)| !name.starts_with(SUMS)) {
        let bytes = fs::read(&path).map_err(|error| about(&path, &error))?;
        lines += &format!("{}  {name}\n", sha256(&bytes));
    }
    Ok(lines)
}

/// The files of a folder by their names.
fn files(folder: &Path) -> Outcome<BTreeMap<String, PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| about(folder, &error))?;
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| about(folder, &error))?.path();
        if path.is_file() {
            found.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path);
        }
    }
    Ok(found)
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    fs::write(path, text).map_err(|error| about(path, &error))
}

fn about(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
