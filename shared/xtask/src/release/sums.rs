//! The sums of a release, as `sha256sum --check` reads them.

use std::fs;
use std::path::{Path, PathBuf};

use super::cannot;
use crate::{Outcome, krew};

/// The file with the sums of all others in its folder.
pub const SUMS: &str = "SHA256SUMS";

/// Writes the sums of all files of a folder, by name, and returns where they are. Folders in it have none.
pub(super) fn write(folder: &Path) -> Outcome<PathBuf> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != SUMS {
            let bytes = fs::read(&file).map_err(|error| cannot("read", &file, &error))?;
            lines.push(format!("{}  {name}\n", krew::sha256(&bytes)));
        }
    }
    let path = folder.join(SUMS);
    fs::write(&path, lines.concat()).map_err(|error| cannot("write", &path, &error))?;
    Ok(path)
}
