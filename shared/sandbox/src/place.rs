//! Where somebody uses the clusters: a folder with their kubeconfig, and the programs that go with it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sandbox::Sandbox;
use tempfile::TempDir;

/// A folder that goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    /// The folder of this program, where the plugins that were built with it are.
    programs: PathBuf,
    path: OsString,
}

impl Place {
    /// Makes the folder and writes the kubeconfig, readable by its owner alone. The current context is the first
    /// cluster.
    pub(crate) fn new(sandbox: &Sandbox, path: &OsStr) -> Result<Self, String> {
        // Temporary folders are made for their owner alone.
        let folder = TempDir::with_prefix("sandbox-").map_err(|error| error.to_string())?;
        let programs =
            env::current_exe().ok().and_then(|own| own.parent().map(Path::to_owned)).unwrap_or_default();
        let mut kubeconfig = sandbox.kubeconfig();
        if let (Some(fields), Some(first)) = (kubeconfig.as_object_mut(), sandbox.clusters().first()) {
            fields.insert("current-context".into(), first.name().into());
        }
        let text = serde_saphyr::to_string(&kubeconfig).map_err(|error| error.to_string())?;
        fs::write(folder.path().join("kubeconfig"), text).map_err(|error| error.to_string())?;
        let all = [programs.clone()].into_iter().chain(env::split_paths(path));
        let path = env::join_paths(all).map_err(|error| error.to_string())?;
        Ok(Self { folder, programs, path })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// The search path with the plugins in front.
    pub(crate) fn path(&self) -> &OsStr {
        &self.path
    }

    /// A program that lies beside this one.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The kubectl of this machine, when it has one.
    pub(crate) fn kubectl(&self) -> Option<PathBuf> {
        let name = format!("kubectl{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path).map(|folder| folder.join(&name)).find(|file| file.is_file())
    }

    /// Says how the clusters are used, and waits for Ctrl-C.
    pub(crate) async fn hold(&self) -> io::Result<ExitCode> {
        let mut out = io::stdout();
        writeln!(out, "export KUBECONFIG={}", self.kubeconfig().display())?;
        writeln!(out, "export PATH={}:$PATH", self.programs.display())?;
        writeln!(io::stderr(), "Ctrl-C ends the clusters")?;
        out.flush()?;
        stopped().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns when somebody wants this program to end.
pub(crate) async fn stopped() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
