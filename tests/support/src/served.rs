//! A world of the sandbox in a process of its own, for benchmarks: what it costs is not the caller's.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "test code: without its clusters, nothing can be measured"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tempfile::NamedTempFile;

/// A running `sandbox serve`. Dropping it ends it.
#[derive(Debug)]
pub struct Served {
    child: Child,
    path: PathBuf,
    kubeconfig: Kubeconfig,
    ready: Duration,
}

impl Served {
    /// Starts this program of the sandbox with a world in YAML, and returns when its clusters answer.
    pub fn start(sandbox: &Path, world: &str) -> Self {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(world.as_bytes()).expect("a file");
        let start = Instant::now();
        let mut command = Command::new(sandbox);
        command.args(["serve", "-f"]).arg(file.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the sandbox starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let (Some(first), Some(_)) = (lines.next(), lines.next()) else {
            panic!("the world does not start; what is wrong stands above");
        };
        let ready = start.elapsed();
        let path = PathBuf::from(first.trim_start_matches("export KUBECONFIG="));
        let kubeconfig = Kubeconfig::read_from(&path).expect("a kubeconfig");
        Self { child, path, kubeconfig, ready }
    }

    /// From the start of the process until it could be used.
    pub fn ready(&self) -> Duration {
        self.ready
    }

    /// The kubeconfig with a context for each cluster.
    pub fn kubeconfig(&self) -> &Path {
        &self.path
    }

    /// The names of its contexts, in the order of the world.
    pub fn contexts(&self) -> Vec<&str> {
        self.kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect()
    }

    /// An administrator's client, which asks for no compression.
    pub async fn client(&self, context: &str) -> Client {
        let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
        let config = Config::from_custom_kubeconfig(self.kubeconfig.clone(), &options).await;
        let mut config = config.expect("a context");
        // It listens on this machine: no proxy that the environment names is on the way.
        (config.proxy_url, config.disable_compression) = (None, true);
        Client::try_from(config).expect("a client")
    }

    /// The largest amount of memory that it has had, in MiB, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        kilobytes(self.child.id(), "VmHWM").map(|kilobytes| kilobytes / 1024)
    }
}

/// What the system says of the memory of a process under this name, in KiB.
pub fn kilobytes(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Drop for Served {
    fn drop(&mut self) {
        // SIGTERM lets it remove its folder; where there is none, killing must do.
        let id = self.child.id().to_string();
        let asked = Command::new("kill").arg(id).status().is_ok_and(|status| status.success());
        if !asked {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}
