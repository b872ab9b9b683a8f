//! Fills the templates in `krew/` with what a release has.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Pair, Plugin, Release, cannot, sums};
use crate::Outcome;
use crate::krew::{Archive, Candidate, Manifest, Platform, breaches};

/// What stands in a template for what is filled. Krew takes it for no version, no address and no sum.
pub const PLACEHOLDER: &str = "<filled by cargo xtask dist>";

impl Release {
    /// Writes the manifest of every plugin into the folder where the archives are, for those platforms that have one
    /// there, and the sums of all files of the folder. Returns what it wrote. A manifest that Krew would not take is not
    /// written, and neither is any other one.
    pub fn fill(&self, folder: &Path) -> Outcome<Vec<PathBuf>> {
        let mut filled = Vec::new();
        for plugin in self.plugins()? {
            let text = self.filled(&plugin, folder)?;
            filled.push((folder.join(format!("{}.yaml", plugin.name)), text));
        }
        let mut written = Vec::new();
        for (path, text) in filled {
            fs::write(&path, text).map_err(|error| cannot("write", &path, &error))?;
            written.push(path);
        }
        written.push(sums::write(folder)?);
        Ok(written)
    }

    fn filled(&self, plugin: &Plugin, folder: &Path) -> Outcome<String> {
        let file = format!("{}.yaml", plugin.name);
        let mut manifest = self.template(&file)?;
        manifest.spec.version = format!("v{}", self.version);
        manifest.spec.homepage.clone_from(&self.repository);
        let mut archives = Vec::new();
        for mut platform in std::mem::take(&mut manifest.spec.platforms) {
            let name = self.archive(plugin, meant(&platform, &file)?);
            let path = folder.join(&name);
            if !path.exists() {
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
            let archive = Archive::read(&bytes);
            platform.uri = self.uri(&name);
            platform.sha256.clone_from(&archive.sha256);
            manifest.spec.platforms.push(platform);
            archives.push(archive);
        }
        if archives.is_empty() {
            let example = self.archive(plugin, Pair { os: "OS", arch: "ARCH" });
            return Err(format!("{} has no archive {example}; run cargo xtask dist first", folder.display()));
        }
        judge(&Candidate { file: &file, manifest: &manifest, archives: &archives })?;
        // An address that is folded over two lines is no address to who reads lines.
        let options =
            serde_saphyr::ser_options! { min_fold_chars: usize::MAX, folded_wrap_chars: usize::MAX };
        serde_saphyr::to_string_with_options(&manifest, options).map_err(|error| format!("{file}: {error}"))
    }

    /// Reads a template, in which all that is filled must be empty: what is not is forgotten from another release.
    fn template(&self, file: &str) -> Outcome<Manifest> {
        let path = self.workspace.join("krew").join(file);
        let text = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        let manifest: Manifest =
            serde_saphyr::from_str(&text).map_err(|error| format!("krew/{file}: {error}"))?;
        let spec = &manifest.spec;
        let archives = spec.platforms.iter().flat_map(|platform| [&platform.uri, &platform.sha256]);
        let mut filled = [&spec.version, &spec.homepage].into_iter().chain(archives);
        if let Some(other) = filled.find(|text| *text != PLACEHOLDER) {
            return Err(format!("krew/{file} says {other:?}; write {PLACEHOLDER:?} there"));
        }
        drop(filled);
        Ok(manifest)
    }
}

/// The platform of a release that an entry of a template selects.
fn meant(platform: &Platform, file: &str) -> Outcome<Pair> {
    let selector = platform.selector.as_ref();
    let selects = |pair: &Pair| selector.is_some_and(|selector| selector.matches(pair.os, pair.arch));
    let mut found = Pair::ALL.into_iter().filter(selects);
    match (found.next(), found.next()) {
        (Some(pair), None) => Ok(pair),
        _ => Err(format!(
            "krew/{file} has a platform that selects not exactly one of those that are released: {selector:?}"
        )),
    }
}

fn judge(candidate: &Candidate) -> Outcome<()> {
    let broken = breaches(candidate);
    if broken.is_empty() {
        return Ok(());
    }
    let lines = broken.iter().map(|breach| format!("\n  {}: {}", breach.rule, breach.text));
    Err(format!("Krew would not take {}:{}", candidate.file, lines.collect::<String>()))
}
