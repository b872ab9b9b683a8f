//! Where things lie: the workspace, the user's cache, the folder of one run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::Outcome;

/// The root of the workspace that this program was built from.
pub(crate) fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Where the programs of the control planes are kept between runs.
pub(crate) fn control_plane_cache() -> Outcome<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or("no cache folder: set XDG_CACHE_HOME or HOME")?;
    Ok(cache.join("kubectl-platform").join("controlplane"))
}

/// A name for the folder of this run that no other run has. It does not exist yet.
pub(crate) fn for_this_run() -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let name = format!("kubectl-platform-{}-{:x}", std::process::id(), now.as_nanos());
    env::temp_dir().join(name)
}

/// Lets a command make its temporary files in the folder of this run, which goes in every ending: a process that is
/// killed cannot remove its own, and there are credentials in them.
pub(crate) fn keep_temporary_files_in(run: &Path, command: &mut Command) -> Outcome<()> {
    let folder = run.join("tmp");
    fs::create_dir(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    command.env("TMPDIR", folder);
    Ok(())
}
