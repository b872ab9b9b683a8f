//! The link by which kubectl finds the completer. Krew makes none: of each plugin it links one file.

use super::COMPLETER;
use crate::terms::Environment;
use crate::verdict::Failure;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// What it is called beside the plugin `kubectl-NAME`.
fn called(file: &str) -> String {
    let name = file.strip_prefix("kubectl-").unwrap_or(file);
    format!("{COMPLETER}{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Links it, and says where. A link that is there already is left.
///
/// # Errors
/// The plugin is in no folder of `$PATH`, something else has that name, or the folder cannot be written.
pub(super) fn link(file: &str, folder: Option<&Path>, environment: &Environment) -> Result<String, Failure> {
    let file = format!("{file}{}", std::env::consts::EXE_SUFFIX);
    let own = found(&file, environment)?;
    let folder = folder.map_or_else(|| own.clone(), Path::to_owned);
    let link = folder.join(called(file.trim_end_matches(std::env::consts::EXE_SUFFIX)));
    // By its bare name, so that it leads to whatever Krew puts there next.
    let plugin = if folder == own { PathBuf::from(&file) } else { own.join(&file) };
    let is_there = std::fs::read_link(&link).is_ok_and(|there| there == plugin);
    if is_there {
        return Ok(format!("{} is there already", link.display()));
    }
    match make(&plugin, &own.join(&file), &link) {
        Ok(()) if on_path(environment).any(|one| is_same(&one, &folder)) => Ok(format!(
            "{} made; where kubectl completion is set up, it now completes this plugin too",
            link.display()
        )),
        Ok(()) => Ok(format!("{} made; kubectl finds it once that folder is in $PATH", link.display())),
        Err(error) => Err(failed(&link, &error)),
    }
}

#[cfg(unix)]
fn make(plugin: &Path, _whole: &Path, link: &Path) -> Result<(), Error> {
    std::os::unix::fs::symlink(plugin, link)
}

/// Links need a right there that few have.
#[cfg(not(unix))]
fn make(_plugin: &Path, whole: &Path, link: &Path) -> Result<(), Error> {
    if link.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    std::fs::copy(whole, link).map(drop)
}

fn failed(link: &Path, error: &Error) -> Failure {
    let what = format!("{} cannot be made: {error}", link.display());
    let next = if error.kind() == ErrorKind::AlreadyExists {
        "remove the file of this name, or name another folder of $PATH with --dir"
    } else {
        "name a folder of $PATH that you can write with --dir"
    };
    Failure::usage(what, next)
}

/// The folders of `$PATH`, but for those that depend on where one stands.
fn on_path(environment: &Environment) -> impl Iterator<Item = PathBuf> {
    let path = environment.get("PATH").unwrap_or_default();
    std::env::split_paths(path).filter(|folder| folder.is_absolute())
}

/// Whether two ways lead to one folder, as `.` and links do.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The folder in which kubectl finds the plugin.
fn found(file: &str, environment: &Environment) -> Result<PathBuf, Failure> {
    on_path(environment).find(|folder| folder.join(file).is_file()).ok_or_else(|| {
        Failure::usage(
            format!("{file} is not in $PATH, so kubectl does not find it either"),
            "install it with Krew, or put it into a folder of $PATH",
        )
    })
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a folder of its own that a test cannot make ends it")]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    const FILE: &str = "kubectl-mesh_export";

    /// A folder as Krew lays it out, and the environment that leads to it.
    fn krew() -> (tempfile::TempDir, PathBuf, Environment) {
        let root = tempfile::tempdir().unwrap();
        let (store, bin) = (root.path().join("store"), root.path().join("bin"));
        std::fs::create_dir_all(&store).unwrap();
        std::fs::create_dir_all(&bin).unwrap();
        std::fs::write(store.join(FILE), "").unwrap();
        symlink(store.join(FILE), bin.join(FILE)).unwrap();
        let path = format!("relative:/nowhere:{}", bin.display());
        let environment = Environment::of([("PATH", path)]);
        (root, bin, environment)
    }

    #[test]
    fn the_link_leads_to_what_stands_beside_it_and_is_made_once() {
        let (_root, bin, environment) = krew();
        let said = link(FILE, None, &environment).unwrap();
        let made = bin.join("kubectl_complete-mesh_export");
        assert!(said.starts_with(&format!("{} made", made.display())), "{said}");
        assert_eq!(std::fs::read_link(&made).unwrap(), PathBuf::from(FILE));
        let again = link(FILE, None, &environment).unwrap();
        assert!(again.ends_with("is there already"), "{again}");
    }

    #[test]
    fn in_another_folder_it_leads_to_the_plugin_by_its_whole_path() {
        let (root, bin, environment) = krew();
        let said = link(FILE, Some(root.path()), &environment).unwrap();
        assert!(said.ends_with("once that folder is in $PATH"), "{said}");
        let made = root.path().join("kubectl_complete-mesh_export");
        assert_eq!(std::fs::read_link(&made).unwrap(), bin.join(FILE));
    }

    #[test]
    fn nothing_is_overwritten_and_a_plugin_that_kubectl_does_not_find_has_no_completer() {
        let (_root, bin, environment) = krew();
        std::fs::write(bin.join("kubectl_complete-mesh_export"), "mine").unwrap();
        let refused = link(FILE, None, &environment).unwrap_err();
        assert!(refused.what.contains("cannot be made"), "{refused:?}");
        assert_eq!(std::fs::read_to_string(bin.join("kubectl_complete-mesh_export")).unwrap(), "mine");
        let lost = link(FILE, None, &Environment::default()).unwrap_err();
        assert!(lost.what.contains("is not in $PATH"), "{lost:?}");
    }
}
