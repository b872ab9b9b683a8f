//! Where somebody uses the clusters: a folder with their kubeconfig, and the programs that go with it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sandbox::world::World;
use sandbox::{Failure, Sandbox};
use tempfile::TempDir;
use tokio::process::Command;

use crate::Environment;
use crate::stop::Stop;

/// A folder that goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Place<'e> {
    folder: TempDir,
    /// The folder of this program, where the plugins that were built with it are.
    programs: PathBuf,
    path: OsString,
    environment: &'e Environment,
}

/// Starts a world and holds it until somebody asks to end. That is how one ends it, so it is no interruption: the exit
/// code is 0, also while it still starts.
pub(crate) async fn hold(
    world: World,
    environment: &Environment,
    stop: &mut Stop,
) -> Result<ExitCode, Failure> {
    let started = tokio::select! {
        started = world.start() => started?,
        _ = stop.asked() => return Ok(ExitCode::SUCCESS),
    };
    let place = Place::new(&started.sandbox, environment)?;
    place.explain().map_err(|error| unheard(&error))?;
    stop.asked().await;
    Ok(ExitCode::SUCCESS)
}

/// The folder of this program.
///
/// # Errors
/// Fails when the system does not tell.
pub(crate) fn programs() -> Result<PathBuf, Failure> {
    let own = env::current_exe().ok().and_then(|own| own.parent().map(Path::to_owned));
    own.ok_or_else(|| Failure::new("cannot find the folder of this program", "start it by its whole path"))
}

/// A program as a file is called on this system.
pub(crate) fn file_name(program: &str) -> String {
    format!("{program}{}", env::consts::EXE_SUFFIX)
}

/// Nobody can be told.
pub(crate) fn unheard(error: &io::Error) -> Failure {
    let next = "keep standard output and standard error open";
    Failure::new(format!("cannot write to the terminal: {error}"), next)
}

impl<'e> Place<'e> {
    /// Makes the folder and writes the kubeconfig, readable by its owner alone. The current context is the first
    /// cluster.
    pub(crate) fn new(sandbox: &Sandbox, environment: &'e Environment) -> Result<Self, Failure> {
        let unwritten = |error: &dyn std::fmt::Display| {
            let next = "let TMPDIR name a folder that can be written and has space left";
            Failure::new(format!("cannot write a kubeconfig into a temporary folder: {error}"), next)
        };
        // Temporary folders are made for their owner alone.
        let folder = TempDir::with_prefix("sandbox-").map_err(|error| unwritten(&error))?;
        let mut kubeconfig = sandbox.kubeconfig();
        if let (Some(fields), Some(first)) = (kubeconfig.as_object_mut(), sandbox.clusters().first()) {
            fields.insert("current-context".into(), first.name().into());
        }
        let text = serde_saphyr::to_string(&kubeconfig).map_err(|error| unwritten(&error))?;
        fs::write(folder.path().join("kubeconfig"), text).map_err(|error| unwritten(&error))?;
        let programs = programs()?;
        let all = [programs.clone()].into_iter().chain(env::split_paths(&environment.path));
        let path = env::join_paths(all).map_err(|error| {
            Failure::new(format!("PATH: {error}"), "build this program in another folder")
        })?;
        Ok(Self { folder, programs, path, environment })
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A program that knows these clusters and nothing of its user's own settings, which could lead elsewhere.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment.terminal.iter().map(|(name, value)| (name, value)))
            .env("KUBECONFIG", self.kubeconfig())
            .env("PATH", &self.path)
            .env("HOME", self.folder.path())
            .current_dir(self.folder.path())
            .kill_on_drop(true);
        command
    }

    /// The kubectl of this machine, when it has one.
    pub(crate) fn kubectl(&self) -> Option<PathBuf> {
        let name = file_name("kubectl");
        env::split_paths(&self.path).map(|folder| folder.join(&name)).find(|file| file.is_file())
    }

    /// Says how the clusters are used, in words that a shell can take over.
    fn explain(&self) -> io::Result<()> {
        let mut out = io::stdout();
        writeln!(out, "export KUBECONFIG={}", quoted(self.kubeconfig().as_os_str()))?;
        writeln!(out, "export PATH={}:\"$PATH\"", quoted(self.programs.as_os_str()))?;
        out.flush()?;
        writeln!(io::stderr(), "Ctrl-C ends the clusters")
    }
}

/// A word for a shell.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:@%,".contains(letter);
    if word.chars().all(is_plain) { word.into_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_a_shell_is_quoted_when_it_must_be() {
        for (word, expected) in [
            ("/tmp/a-1/kubeconfig", "/tmp/a-1/kubeconfig"),
            ("/tmp/a b", "'/tmp/a b'"),
            ("/it's", r"'/it'\''s'"),
        ] {
            assert_eq!(quoted(OsStr::new(word)), expected);
        }
    }
}
