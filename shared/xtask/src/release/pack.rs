//! One archive: the same files give the same bytes, whoever packs them and when.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};

use super::{Pair, Plugin, Release, cannot};
use crate::Outcome;

/// When all files of all archives were changed: the first second of 2000. Unpackers complain of 1970.
const MODIFIED: u64 = 946_684_800;

/// What goes into an archive, beside what goes into all of them.
#[derive(Debug, Clone, Copy)]
pub struct Packing<'a> {
    /// Which plugin it is.
    pub plugin: &'a Plugin,
    /// For which machines.
    pub pair: Pair,
    /// Where its program lies.
    pub program: &'a Path,
    /// The terms of what it is linked with, see [`super::notices`].
    pub notices: &'a str,
}

impl Release {
    /// Packs the program of a plugin into a folder, and returns the archive.
    pub fn pack(&self, packing: &Packing, folder: &Path) -> Outcome<PathBuf> {
        let read = |path: &Path| fs::read(path).map_err(|error| cannot("read", path, &error));
        let mut files = vec![
            ("LICENSE".to_owned(), 0o644, read(&self.workspace.join("LICENSE"))?),
            ("README.md".to_owned(), 0o644, read(&self.workspace.join("README.md"))?),
            ("THIRD-PARTY-NOTICES.txt".to_owned(), 0o644, packing.notices.as_bytes().to_vec()),
            // Whatever has become of its mode on the way from another machine.
            (packing.plugin.program(packing.pair), 0o755, read(packing.program)?),
        ];
        files.sort();
        let archive = folder.join(self.archive(packing.plugin, packing.pair));
        let bytes = compressed(&files, self.compression).map_err(|error| cannot("pack", &archive, &error))?;
        fs::write(&archive, bytes).map_err(|error| cannot("write", &archive, &error))?;
        Ok(archive)
    }
}

fn compressed(files: &[(String, u32, Vec<u8>)], compression: u32) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, mode, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(*mode);
        header.set_mtime(MODIFIED);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(u64::try_from(content.len()).map_err(std::io::Error::other)?);
        archive.append_data(&mut header, name, content.as_slice())?;
    }
    // Without a name and a time of its own.
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::new(compression));
    gzip.write_all(&archive.into_inner()?)?;
    gzip.finish()
}
