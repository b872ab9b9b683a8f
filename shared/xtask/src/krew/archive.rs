//! An archive as Krew sees it: the sum that it verifies, and the entries that it goes through.

use std::io::Read;

use flate2::read::GzDecoder;
use ring::digest::{SHA256, digest};

use crate::Outcome;

/// What was downloaded.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Of the whole file, in small hexadecimal digits.
    pub sha256: String,
    /// What is in it, in its order, or why that cannot be read.
    pub entries: Outcome<Vec<Entry>>,
}

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name as it stands there.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The bits of its permissions.
    pub mode: u32,
    /// What is in the file; of others nothing.
    pub content: Vec<u8>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a device, a header for other entries: whatever Krew cannot handle.
    Other,
}

impl Archive {
    /// Reads a `.tar.gz`.
    pub fn read(bytes: &[u8]) -> Self {
        Self { sha256: sha256(bytes), entries: entries(bytes).map_err(|error| error.to_string()) }
    }
}

/// The SHA-256 of these bytes, in small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digits = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    digits.concat()
}

fn entries(bytes: &[u8]) -> std::io::Result<Vec<Entry>> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    archive.entries()?.map(|entry| read(entry?)).collect()
}

fn read(mut entry: tar::Entry<'_, impl Read>) -> std::io::Result<Entry> {
    let kind = match entry.header().entry_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        _ => Kind::Other,
    };
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let mode = entry.header().mode()?;
    let mut content = Vec::new();
    if kind == Kind::File {
        entry.read_to_end(&mut content)?;
    }
    Ok(Entry { name, kind, mode, content })
}
