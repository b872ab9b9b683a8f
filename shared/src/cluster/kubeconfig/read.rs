//! What is wrong with a kubeconfig that cannot be read.

use crate::verdict::Failure;
use std::io::Error;
use std::path::Path;

/// What the user reads when a file cannot be read.
pub(super) fn failure(path: &Path, error: &Error) -> Failure {
    let path = path.display();
    Failure::usage(
        format!("kubeconfig {path}: {}", crate::cluster::explain::io_words(error)),
        "name a readable file with `--kubeconfig FILE`, or leave the flag and $KUBECONFIG out for ~/.kube/config",
    )
}
