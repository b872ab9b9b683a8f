//! Bytes that somebody else wrote: bounded, so that `/dev/zero` is an error and no hang.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// More than any file of a user; the largest kubeconfig seen, of a fleet tool with a thousand contexts, was below 10 MiB.
const LIMIT: u64 = 32 * 1024 * 1024;

/// Reads to the end, up to 32 MiB.
///
/// # Errors
/// It cannot be read, or is larger.
pub fn bounded(source: impl Read) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = source.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= LIMIT) {
        Ok(bytes)
    } else {
        Err(Error::new(ErrorKind::FileTooLarge, "larger than 32 megabytes"))
    }
}

/// The same of a file.
pub(super) fn file(path: &Path) -> Result<Vec<u8>, Error> {
    bounded(File::open(path)?)
}
