//! The programs of the control planes, and Krew: built once from the pinned Go modules, kept in the user's cache.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::keeper::Keeper;
use crate::pins::Family;
use crate::{Outcome, cargo, folders, interrupt};

/// What kwok does with nodes and pods, as its module brings it, relative to `kustomize/stage`.
pub(crate) const STAGES: [&str; 4] = [
    "node/fast/node-initialize.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
];

/// Where the programs lie.
pub(crate) struct Binaries {
    pub(crate) etcd: PathBuf,
    pub(crate) kube_apiserver: PathBuf,
    pub(crate) kube_controller_manager: PathBuf,
    pub(crate) kwok: PathBuf,
    /// The folder with kwok's stages.
    pub(crate) stages: PathBuf,
    /// The folder with Krew and the check of its manifests.
    pub(crate) krew: PathBuf,
}

/// Returns the programs, after building what is missing; `None` when that needs Go and Go is not here.
pub(crate) fn find_or_build(keeper: &mut Keeper) -> Outcome<Option<Binaries>> {
    let cache = folders::control_plane_cache()?;
    fs::create_dir_all(&cache).map_err(|error| format!("cannot create {}: {error}", cache.display()))?;
    let mut homes = Vec::new();
    for family in Family::ALL {
        homes.push(cache.join(family.digest()?));
    }
    if homes.iter().any(|home| !home.exists()) {
        if !has_go() {
            return Ok(None);
        }
        build_missing(keeper, &cache)?;
    }
    let [etcd, kubernetes, kwok, krew] = homes.as_slice() else {
        return Err("a family is missing".to_owned());
    };
    Ok(Some(Binaries {
        etcd: etcd.join("etcd"),
        kube_apiserver: kubernetes.join("kube-apiserver"),
        kube_controller_manager: kubernetes.join("kube-controller-manager"),
        kwok: kwok.join("kwok"),
        stages: kwok.join("stages"),
        krew: krew.clone(),
    }))
}

/// The file of a stage without its folders.
pub(crate) fn stage_name(stage: &str) -> &str {
    stage.rsplit('/').next().unwrap_or(stage)
}

fn has_go() -> bool {
    let version = Command::new("go").arg("version").stdin(Stdio::null()).stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn build_missing(keeper: &mut Keeper, cache: &Path) -> Outcome<()> {
    let lock = File::create(cache.join("lock")).map_err(|error| error.to_string())?;
    if lock.try_lock().is_err() {
        eprintln!("another run builds the control planes; waiting for it");
        lock.lock().map_err(|error| format!("cannot lock {}: {error}", cache.display()))?;
    }
    for family in Family::ALL {
        let home = cache.join(family.digest()?);
        // The other run may have built it while this one waited.
        if !home.exists() {
            build(keeper, family, &home)?;
        }
    }
    Ok(())
}

/// Builds into a folder of another name first: a home that exists is complete.
fn build(keeper: &mut Keeper, family: Family, home: &Path) -> Outcome<()> {
    let start = Instant::now();
    eprintln!(
        "building {} {} from Go modules, once per version (the first time, all control planes together take \
         5 to 10 minutes on 2 cores)",
        family.name(),
        family.version()?
    );
    let workshop = home.with_extension(format!("tmp-{}", std::process::id()));
    keeper.folder(&workshop)?;
    for (program, package) in family.programs() {
        let target = workshop.join(program);
        let flags = family.linker_flags()?;
        let mut command = go(family);
        command.args(["build", "-trimpath", "-ldflags", &flags, "-o"]).arg(target).arg(package);
        run(keeper, &mut command)?;
    }
    if matches!(family, Family::Kwok) {
        copy_stages(&workshop.join("stages"))?;
    }
    fs::rename(&workshop, home).map_err(|error| format!("cannot write {}: {error}", home.display()))?;
    keeper.release_folder(&workshop)?;
    eprintln!("built {} in {} s", family.name(), start.elapsed().as_secs());
    Ok(())
}

fn run(keeper: &mut Keeper, command: &mut Command) -> Outcome<()> {
    let child = keeper.spawn("go", command)?;
    let status = cargo::finish(keeper, child)?;
    interrupt::check()?;
    if status.success() { Ok(()) } else { Err(format!("go ended with {status}; its message is above")) }
}

fn copy_stages(target: &Path) -> Outcome<()> {
    let module = Family::Kwok.module();
    let listed = go(Family::Kwok)
        .args(["list", "-m", "-f", "{{.Dir}}", module])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start go: {error}"))?;
    let source = PathBuf::from(String::from_utf8_lossy(&listed.stdout).trim()).join("kustomize/stage");
    fs::create_dir(target).map_err(|error| error.to_string())?;
    for stage in STAGES {
        let from = source.join(stage);
        // Read and write rather than copy: files of the module cache are read-only.
        let text = fs::read(&from).map_err(|error| format!("cannot read {}: {error}", from.display()))?;
        fs::write(target.join(stage_name(stage)), text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn go(family: Family) -> Command {
    let mut command = Command::new("go");
    command.current_dir(family.folder()).env("GOFLAGS", "-mod=readonly").env("CGO_ENABLED", "0");
    // Nothing of the caller's own Go work belongs into this build.
    command.env("GOWORK", "off").env_remove("GOOS").env_remove("GOARCH");
    command
}
