//! Where a command is, by the rules of a shell.

use crate::terms::Environment;
use std::path::{Path, PathBuf, is_separator};

/// A command with a slash is a path; any other is looked for in the folders of `$PATH`. Unlike a shell, and like Go,
/// never in the working folder, whose content may be anybody's.
pub(super) fn find(command: &str, environment: &Environment) -> Option<PathBuf> {
    if command.contains(is_separator) {
        return candidates(Path::new(command)).find(|path| is_program(path));
    }
    let folders = environment.non_empty("PATH").unwrap_or_default();
    std::env::split_paths(folders)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| candidates(&folder.join(command)).collect::<Vec<_>>())
        .find(|path| is_program(path))
}

fn candidates(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let windows = cfg!(windows).then(|| {
        let mut name = path.as_os_str().to_owned();
        name.push(".exe");
        PathBuf::from(name)
    });
    [Some(path.to_owned()), windows].into_iter().flatten()
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
