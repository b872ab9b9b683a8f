//! Reading a scenario's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// One scenario's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// Returns the folder that holds one folder per scenario, from `PLATFORM_RECORDED`.
///
/// Without it, says so and returns `None`: the test then returns at once.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where the recordings are")]
pub fn recordings() -> Option<PathBuf> {
    let folder = std::env::var_os("PLATFORM_RECORDED");
    if folder.is_none() {
        crate::real::skipped("the recordings (PLATFORM_RECORDED names their folder)");
    }
    Some(PathBuf::from(folder?).join("linkerd"))
}

impl Folder {
    /// Returns the folder of the scenario with this name.
    pub fn open(scenario: &str) -> Option<Self> {
        Some(Self { path: recordings()?.join(scenario) })
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Reads all documents of a file.
    ///
    /// # Errors
    /// Says which file cannot be read, and why.
    pub fn documents(&self, file: &str) -> Result<Vec<Value>, String> {
        let path = self.path.join(file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        crate::real::mark_used("recorded");
        serde_saphyr::from_multiple(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Returns the names of the YAML files whose name begins with `front`, in order.
    ///
    /// # Errors
    /// Says that the folder cannot be listed.
    pub fn files(&self, front: &str) -> Result<Vec<String>, String> {
        let entries =
            fs::read_dir(&self.path).map_err(|error| format!("{}: {error}", self.path.display()))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names
            .filter(|name| {
                name.starts_with(front) && Path::new(name).extension().is_some_and(|end| end == "yaml")
            })
            .collect();
        names.sort();
        Ok(names)
    }
}
