//! Clusters in one tar file, with a folder for each: what `collect` writes for a colleague. Whoever made the file may be
//! anybody: nothing is unpacked, no link is followed, and no name leads anywhere.

use super::filling::Filling;
use super::{Archive, Contents, LARGEST, Meta, files, meta, objects, too_large};
use crate::bounded::bounded;
use crate::cluster::explain::{io_words, path_words};
use crate::cluster::moment::now;
use crate::verdict::Failure;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::btree_map::{BTreeMap, Entry as Place};
use std::fs::{self, File};
use std::io::{Cursor, Error, Read};
use std::path::{Component, Path, PathBuf};
use tar::{Builder, Entry, Header};

/// What a name keeps as the name of a folder; contexts may be called `arn:aws:eks:eu-central-1:1234:cluster/infra`.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'@').remove(b':');

/// The name of the folder of a cluster.
pub(in crate::cluster) fn folder_of(cluster: &str) -> String {
    let name = utf8_percent_encode(cluster, KEPT).to_string();
    // Not hidden, and no step to somewhere else.
    name.strip_prefix('.').map_or(name.clone(), |rest| format!("%2E{rest}"))
}

/// The cluster of a folder.
fn cluster_of(folder: &str) -> Option<String> {
    let name = percent_decode_str(folder).decode_utf8().ok()?;
    (!name.contains(char::is_control)).then(|| name.into())
}

/// Files as a tar, of which each part can be written as soon as it is there. Nobody else may read what is unpacked.
pub struct Tar {
    builder: Builder<Vec<u8>>,
    moment: u64,
}

impl Tar {
    /// An empty one, of this moment.
    pub fn begin() -> Self {
        let moment = u64::try_from(now().as_second()).unwrap_or_default();
        Self { builder: Builder::new(Vec::new()), moment }
    }

    /// The bytes with which a file is added.
    ///
    /// # Errors
    /// A name that no tar can have.
    pub fn file(&mut self, name: &str, text: &str) -> Result<Vec<u8>, Error> {
        let mut header = Header::new_gnu();
        header.set_mode(0o600);
        header.set_mtime(self.moment);
        header.set_size(u64::try_from(text.len()).map_err(Error::other)?);
        self.builder.append_data(&mut header, name, text.as_bytes())?;
        Ok(std::mem::take(self.builder.get_mut()))
    }

    /// The bytes behind the last file.
    ///
    /// # Errors
    /// None in practice: memory takes what it is given.
    pub fn end(self) -> Result<Vec<u8>, Error> {
        self.builder.into_inner()
    }
}

/// What is read of one cluster.
struct Parts {
    meta: Meta,
    filling: Filling,
}

impl Archive {
    /// Reads the clusters of a tar, each by its name, in the order in which they come.
    ///
    /// # Errors
    /// A file that is no tar or cannot be read, something in it that is no file of a folder, and what [`Self::read`] refuses
    /// (exit 2).
    pub fn read_tar(path: &Path) -> Result<Vec<(String, Self)>, Failure> {
        let file = File::open(path).map_err(|error| refused(path, &io_words(&error)))?;
        of_tar(path, file)
    }

    /// Reads the clusters of a folder in which each has a folder of its own, as `collect DIR` writes it: those with a `meta.yaml`,
    /// by their names.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_folders(path: &Path) -> Result<Vec<(String, Self)>, Failure> {
        let unread = |error: Error| refused(path, &io_words(&error));
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unread)?;
        let mut folders: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        folders.retain(|folder| folder.join(meta::FILE).is_file());
        folders.sort();
        let named = |folder: &PathBuf| {
            let name = folder.file_name().and_then(|name| name.to_str()).and_then(cluster_of);
            let name = name.ok_or_else(|| refused(path, "a folder whose name is not UTF-8"))?;
            Ok((name, Self::read(folder)?))
        };
        folders.iter().map(named).collect()
    }
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::usage(
        format!("{}: {why}", path_words(path)),
        "name a tar that `kubectl xcluster-check collect FILE.tar` has written, or a folder of each cluster: `--from CONTEXT=DIR`",
    )
}

/// Gzip, xz and Zstandard, by how they begin.
const COMPRESSED: [[u8; 2]; 3] = [[0x1f, 0x8b], [0xfd, 0x37], [0x28, 0xb5]];

/// A block of a tar: one of zeros ends it.
const BLOCK: usize = 512;

/// What is read, and how many zeros came last.
struct Ending<R> {
    source: R,
    zeros: usize,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let count = self.source.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
        self.zeros = if zeros == count { self.zeros + count } else { zeros };
        Ok(count)
    }
}

/// Reads the clusters of a tar from anywhere.
pub(in crate::cluster) fn of_tar(
    path: &Path,
    mut source: impl Read,
) -> Result<Vec<(String, Archive)>, Failure> {
    let mut head = Vec::new();
    let read = source.by_ref().take(2).read_to_end(&mut head);
    read.map_err(|error| refused(path, &io_words(&error)))?;
    if COMPRESSED.iter().any(|one| *one == *head) {
        return Err(Failure::usage(
            format!("{}: it is compressed", path_words(path)),
            "decompress it first, as `gunzip` does, and name the resulting FILE.tar",
        ));
    }
    of_blocks(path, Cursor::new(head).chain(source))
}

fn of_blocks(path: &Path, source: impl Read) -> Result<Vec<(String, Archive)>, Failure> {
    let unread = |error: Error| refused(path, &io_words(&error));
    let (mut order, mut found, mut size) = (Vec::new(), BTreeMap::<String, Parts>::new(), 0_usize);
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let mut tar = tar::Archive::new(Ending { source: source.take(most), zeros: 0 });
    for (count, entry) in tar.entries().map_err(unread)?.enumerate() {
        let Some((folder, name, bytes)) = taken(path, entry.map_err(unread)?)? else { continue };
        size = size.saturating_add(bytes.len());
        if size > LARGEST || count > files::MOST {
            return Err(too_large(path));
        }
        let cluster = cluster_of(&folder).ok_or_else(|| refused(path, "a folder whose name is not UTF-8"))?;
        let parts = match found.entry(cluster) {
            Place::Vacant(place) => {
                order.push(place.key().clone());
                place.insert(Parts { meta: Meta::default(), filling: Filling::new(Contents::Dump) })
            }
            Place::Occupied(place) => place.into_mut(),
        };
        let origin = path.join(&folder).join(&name);
        if name == Path::new(meta::FILE) {
            parts.meta = meta::read(&origin, &bytes)?;
        } else {
            parts.filling.take(objects::read(&origin, &bytes)?)?;
        }
    }
    if !order.is_empty() && tar.into_inner().zeros < BLOCK {
        return Err(refused(path, "it has no end marker, so part of it may be missing"));
    }
    let built = order.into_iter().filter_map(|name| {
        let Parts { meta, filling } = found.remove(&name)?;
        let folder = path.join(folder_of(&name));
        Some(filling.done(&folder, meta).map(|archive| (name, archive)))
    });
    built.collect()
}

/// The folder, the name in it and the bytes of a file that is wanted.
fn taken<R: Read>(path: &Path, entry: Entry<'_, R>) -> Result<Option<(String, PathBuf, Vec<u8>)>, Failure> {
    let kind = entry.header().entry_type();
    if kind.is_dir() || kind.is_pax_global_extensions() {
        return Ok(None);
    }
    if !kind.is_file() && !kind.is_contiguous() {
        return Err(refused(path, "it holds a link or a device, which a dump never does"));
    }
    let name = entry.path().map_err(|error| refused(path, &io_words(&error)))?.into_owned();
    let parts: Option<Vec<&str>> = name
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| if let Component::Normal(part) = part { part.to_str() } else { None })
        .collect();
    let (folder, rest) = match parts.as_deref() {
        Some([folder, rest @ ..]) if !rest.is_empty() => {
            ((*folder).to_owned(), rest.iter().collect::<PathBuf>())
        }
        Some(_) if !files::is_wanted(&name) => return Ok(None),
        Some(_) => {
            return Err(refused(path, "it has objects outside any folder, so their cluster is unknown"));
        }
        None => return Err(refused(path, "it has a path that leaves it")),
    };
    if !files::is_wanted(&rest) {
        return Ok(None);
    }
    let bytes = bounded(entry)
        .map_err(|error| refused(path, &format!("{}: {}", path_words(&rest), io_words(&error))))?;
    Ok(Some((folder, rest, bytes)))
}

#[cfg(test)]
#[path = "packed_tests.rs"]
mod tests;
