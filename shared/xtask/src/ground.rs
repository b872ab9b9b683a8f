//! The real ground: both control planes, in one folder, ready for tests; and a second pair beside them, where it is asked for.
//!
//! The layout of the folder is described in `tests/support/src/real.rs`, which reads it.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::cluster::Cluster;
use crate::keeper::{Keeper, Lost};
use crate::{Outcome, interrupt, kubeconfig};

/// The clusters, which are also the contexts of the kubeconfig.
pub(crate) const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// How long one part of the start may take. It takes seconds; a busy machine gets time.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the start is tried when another program took one of the chosen ports, or one of ours crashed: kwok 0.8 can,
/// as its workers set up the same stage at once.
const ATTEMPTS: usize = 3;

/// Starts both control planes in this existing folder and returns when they are ready.
pub(crate) fn start(keeper: &mut Keeper, binaries: &Binaries, folder: &Path) -> Outcome<()> {
    start_in(keeper, binaries, &[folder.to_path_buf()])
}

/// The same, and a second pair in a folder below: what concerns a whole cluster is tried there, beside what is tried
/// here.
pub(crate) fn start_twice(keeper: &mut Keeper, binaries: &Binaries, folder: &Path) -> Outcome<()> {
    let apart = folder.join("apart");
    fs::create_dir(&apart).map_err(|error| error.to_string())?;
    // Who sees the kubeconfig of the folder finds the second pair ready, too.
    start_in(keeper, binaries, &[apart, folder.to_path_buf()])
}

fn start_in(keeper: &mut Keeper, binaries: &Binaries, folders: &[PathBuf]) -> Outcome<()> {
    let mut attempt = 1;
    loop {
        let pairs = folders.iter().map(|folder| prepare(folder)).collect::<Outcome<Vec<_>>>()?;
        let clusters: Vec<&Cluster> = pairs.iter().flatten().collect();
        let Err(message) = bring_up(keeper, binaries, &clusters) else {
            return folders.iter().zip(&pairs).try_for_each(|(folder, pair)| finish(folder, binaries, pair));
        };
        keeper.stop_services()?;
        if attempt == ATTEMPTS || !clusters.iter().any(|cluster| had_bad_luck(&cluster.site.folder)) {
            return Err(message);
        }
        attempt += 1;
        for cluster in clusters {
            fs::remove_dir_all(&cluster.site.folder).map_err(|error| error.to_string())?;
        }
    }
}

/// Says what must not be: a program of a control plane that ended while it was needed.
pub(crate) fn check(keeper: &mut Keeper) -> Outcome<()> {
    match keeper.lost().first() {
        None => Ok(()),
        Some(Lost { name, status, log }) => {
            Err(format!("{name} ended ({status}); the end of its log:\n{}", end_of(log)))
        }
    }
}

fn prepare(folder: &Path) -> Outcome<Vec<Cluster>> {
    let one = |(number, name): (usize, &&'static str)| Cluster::prepare(name, number, folder.join(name));
    CLUSTERS.iter().enumerate().map(one).collect()
}

fn bring_up(keeper: &mut Keeper, binaries: &Binaries, clusters: &[&Cluster]) -> Outcome<()> {
    for cluster in clusters {
        cluster.start_store(keeper, binaries)?;
    }
    for cluster in clusters {
        wait(keeper, "etcd", || answers(cluster.site.ports.etcd))?;
        cluster.start_api(keeper, binaries)?;
    }
    for cluster in clusters {
        wait(keeper, "kube-apiserver", || cluster.api_ready())?;
        cluster.start_workers(keeper, binaries)?;
    }
    for cluster in clusters {
        wait(keeper, "the controllers and the Node", || cluster.workers_ready())?;
    }
    Ok(())
}

fn wait(keeper: &mut Keeper, what: &str, ready: impl Fn() -> bool) -> Outcome<()> {
    let start = Instant::now();
    while !ready() {
        interrupt::check()?;
        check(keeper)?;
        if start.elapsed() > PATIENCE {
            return Err(format!("{what} was not ready within {} s", PATIENCE.as_secs()));
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn answers(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn finish(folder: &Path, binaries: &Binaries, clusters: &[Cluster]) -> Outcome<()> {
    lay_krew(folder, binaries)?;
    write_kubeconfig(folder, clusters)
}

fn write_kubeconfig(folder: &Path, clusters: &[Cluster]) -> Outcome<()> {
    let entries: Vec<_> = clusters.iter().map(Cluster::entry).collect();
    // Last of all: who sees this file may use what it describes.
    fs::write(folder.join("kubeconfig"), kubeconfig::with_contexts(&entries))
        .map_err(|error| error.to_string())
}

/// Krew is no part of the clusters, and is tried where they are.
fn lay_krew(folder: &Path, binaries: &Binaries) -> Outcome<()> {
    symlink(&binaries.krew, folder.join("krew")).map_err(|error| format!("cannot link Krew: {error}"))
}

fn had_bad_luck(folder: &Path) -> bool {
    logs(folder).iter().any(|log| fs::read_to_string(log).is_ok_and(|text| is_bad_luck(&text)))
}

/// Whether a log ends with what need not happen again. Only a crash of a Go program prints its running goroutine.
fn is_bad_luck(log: &str) -> bool {
    ["address already in use", " [running]:"].iter().any(|sign| log.contains(sign))
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_log = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "log");
    entries.map(|entry| entry.path()).filter(is_log).collect()
}

fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::is_bad_luck;

    #[test]
    fn a_lost_port_and_a_crash_are_bad_luck_and_a_wrong_flag_is_none() {
        assert!(is_bad_luck("listen tcp 127.0.0.1:1: bind: address already in use\n"));
        assert!(is_bad_luck("fatal error: concurrent map writes\n\ngoroutine 74 [running]:\nmain.main()\n"));
        assert!(!is_bad_luck("error: unknown flag: --secure-prot\n"));
    }
}
