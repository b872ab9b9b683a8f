//! Bytes of a file that somebody else wrote: bounded, so that `/dev/zero` is an error and no hang.

use crate::verdict::Failure;
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// More than any kubeconfig; the largest seen, of a fleet tool with a thousand contexts, was below 10 MiB.
const LIMIT: u64 = 32 * 1024 * 1024;

/// Reads a file, up to a limit.
pub(in crate::cluster) fn bounded(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= LIMIT) {
        Ok(bytes)
    } else {
        Err(Error::new(ErrorKind::FileTooLarge, "larger than 32 megabytes"))
    }
}

/// What the user reads when a file cannot be read.
pub(super) fn failure(path: &Path, error: &Error) -> Failure {
    let path = path.display();
    Failure::usage(
        format!("kubeconfig {path}: {}", crate::cluster::explain::io_words(error)),
        "name a readable file with `--kubeconfig FILE`, or leave the flag and $KUBECONFIG out for ~/.kube/config",
    )
}
