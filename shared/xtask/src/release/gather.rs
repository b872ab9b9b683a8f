//! One release of what several machines have built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Packing, Pair, Plugin, Release, cannot};
use crate::Outcome;

impl Release {
    /// Packs the programs of all folders in this one that are named like a target of cargo, then fills the manifests with
    /// these archives and those that were there before. Returns what it wrote. So a machine that cannot run this program
    /// needs cargo alone. `notices` are the terms of what a plugin is linked with on a platform.
    pub fn gather(
        &self,
        folder: &Path,
        notices: impl Fn(&Plugin, Pair) -> Outcome<String>,
    ) -> Outcome<Vec<PathBuf>> {
        let mut written = Vec::new();
        for (triple, pair) in built(folder)? {
            for plugin in self.plugins()? {
                let program = folder.join(&triple).join(plugin.program(pair));
                let notices = notices(&plugin, pair)?;
                let packing = Packing { plugin: &plugin, pair, program: &program, notices: &notices };
                written.push(self.pack(&packing, folder)?);
            }
        }
        written.extend(self.fill(folder)?);
        Ok(written)
    }
}

/// The folders with programs, by target.
fn built(folder: &Path) -> Outcome<BTreeMap<String, Pair>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?.flatten() {
        if entry.path().is_dir() {
            let triple = entry.file_name().to_string_lossy().into_owned();
            let pair = Pair::of_triple(&triple)?;
            if let Some((other, _)) = found.iter().find(|(_, one)| **one == pair) {
                return Err(format!("{triple} and {other} are for the same machines; take one of them away"));
            }
            found.insert(triple, pair);
        }
    }
    Ok(found)
}
