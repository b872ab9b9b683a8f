//! Paths inside a kubeconfig are relative to it, wherever the command runs.

use kube::config::{AuthInfo, Kubeconfig};
use std::path::Path;

/// Makes every path of a kubeconfig relative to the file's own folder.
pub(super) fn anchor(config: &mut Kubeconfig, file: &Path) {
    let Some(folder) = file.parent() else { return };
    for cluster in config.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        join(folder, &mut cluster.certificate_authority);
    }
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        anchor_user(user, folder);
    }
}

fn anchor_user(user: &mut AuthInfo, folder: &Path) {
    join(folder, &mut user.client_certificate);
    join(folder, &mut user.client_key);
    join(folder, &mut user.token_file);
    // A bare name is looked up in $PATH; only a command with a slash is a path.
    if let Some(exec) = user.exec.as_mut().filter(|exec| exec.command.as_deref().is_some_and(has_separator)) {
        join(folder, &mut exec.command);
    }
}

fn has_separator(command: &str) -> bool {
    command.contains(std::path::is_separator)
}

fn join(folder: &Path, path: &mut Option<String>) {
    if let Some(relative) = path.as_mut().filter(|path| !path.is_empty() && Path::new(path).is_relative()) {
        let joined = folder.join(&*relative);
        // A folder that is no UTF-8 cannot be written into the text field; the path then stays as it is.
        if let Some(joined) = joined.to_str() {
            joined.clone_into(relative);
        }
    }
}
