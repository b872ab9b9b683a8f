//! One version of the plugins as files: an archive for each plugin and platform, the manifests that lead Krew there, and
//! the sums of all of them. Why each plugin has archives of its own: `docs/decisions/0015`.

mod fill;
mod gather;
mod notices;
mod pack;
mod pair;
mod sums;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Outcome, krew};

pub use fill::PLACEHOLDER;
pub use notices::notices;
pub use pack::Packing;
pub use pair::Pair;
pub use sums::SUMS;

/// What is released, and where.
#[derive(Debug, Clone)]
pub struct Release {
    /// The root of the workspace that it is made of.
    pub workspace: PathBuf,
    /// The version of all plugins, without a `v`.
    pub version: String,
    /// Where the repository can be read, which is also where releases lie.
    pub repository: String,
    /// How hard archives are packed, from 1 to 9.
    pub compression: u32,
}

/// A plugin that is released: one that has a template in `krew/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    /// The name of its package, of its command and of its manifest.
    pub name: String,
}

impl Release {
    /// The next release of the workspace that this program was built from.
    pub fn of_this_workspace() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            workspace: manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            repository: env!("CARGO_PKG_REPOSITORY").to_owned(),
            compression: 9,
        }
    }

    /// All plugins that have a template, by name.
    pub fn plugins(&self) -> Outcome<Vec<Plugin>> {
        let folder = self.workspace.join("krew");
        let entries = fs::read_dir(&folder).map_err(|error| cannot("read", &folder, &error))?;
        let template = |path: PathBuf| {
            let name = path.file_name()?.to_str()?.strip_suffix(".yaml")?;
            Some(Plugin { name: name.to_owned() })
        };
        let mut plugins: Vec<_> = entries.flatten().filter_map(|entry| template(entry.path())).collect();
        plugins.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(plugins)
    }

    /// The name of the archive of a plugin for a platform.
    pub fn archive(&self, plugin: &Plugin, pair: Pair) -> String {
        format!("{}_{}_{}_{}.tar.gz", plugin.name, self.version, pair.os, pair.arch)
    }

    /// Where everybody gets a file of this release.
    fn uri(&self, file: &str) -> String {
        format!("{}/releases/download/v{}/{file}", self.repository, self.version)
    }
}

impl Plugin {
    /// The file of its program on such machines, as cargo builds it and kubectl looks for it.
    pub fn program(&self, pair: Pair) -> String {
        format!("{}{}", krew::program_of(&self.name), if pair.os == "windows" { ".exe" } else { "" })
    }
}

/// A file that cannot be read or written.
fn cannot(act: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {act} {}: {error}", path.display())
}

#[cfg(test)]
mod tests;
