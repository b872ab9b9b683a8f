//! `cargo xtask dist`: builds the plugins for one platform, packs them, and fills the manifests of Krew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use xtask::release::{Packing, Pair, Plugin, Release, notices};

use crate::arguments::DistOptions;
use crate::cargo::{build, cargo, cargo_for_archives, target_folder};
use crate::keeper::Keeper;
use crate::{Outcome, interrupt};

/// The profile of Cargo.toml that archives are built with, and the folder that cargo names after it.
const PROFILE: &str = "dist";

/// Says on standard output what it wrote.
pub(crate) fn run(options: &DistOptions) -> Outcome<ExitCode> {
    match write(options) {
        Err(_) if interrupt::asked() => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        Err(message) => Err(message),
        Ok(written) => {
            for path in written {
                println!("{}", path.display());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn write(options: &DistOptions) -> Outcome<Vec<PathBuf>> {
    let release = Release::of_this_workspace();
    match &options.gather {
        Some(folder) => release.gather(folder, |plugin, pair| notices(&metadata(pair)?, plugin)),
        None => build_and_pack(&release, options),
    }
}

fn build_and_pack(release: &Release, options: &DistOptions) -> Outcome<Vec<PathBuf>> {
    let triple = options.target.as_deref();
    let pair = triple.map_or_else(Pair::of_this_machine, Pair::of_triple)?;
    let plugins = release.plugins()?;
    let target = target_folder()?;
    build_all(&plugins, &target, triple)?;
    if pair.os == "linux" && !triple.is_some_and(|triple| triple.ends_with("-musl")) {
        eprintln!(
            "built with the C library of a distribution: what is released is built with --target ARCH-unknown-linux-musl"
        );
    }
    let folder = options.out.clone().unwrap_or_else(|| target.join("archives"));
    fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let programs = target.join(triple.unwrap_or_default()).join(PROFILE);
    let mut written = Vec::new();
    for plugin in &plugins {
        let (program, notices) = (programs.join(plugin.program(pair)), notices(&metadata(pair)?, plugin)?);
        written.push(release.pack(&Packing { plugin, pair, program: &program, notices: &notices }, &folder)?);
    }
    written.extend(release.fill(&folder)?);
    Ok(written)
}

/// What cargo knows of the packages that are compiled for these machines.
fn metadata(pair: Pair) -> Outcome<String> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", pair.triple()]);
    let answer =
        cargo.stderr(Stdio::inherit()).output().map_err(|error| format!("cannot start cargo: {error}"))?;
    if !answer.status.success() {
        return Err("cargo metadata failed; see above".to_owned());
    }
    String::from_utf8(answer.stdout).map_err(|error| error.to_string())
}

fn build_all(plugins: &[Plugin], target: &Path, triple: Option<&str>) -> Outcome<()> {
    interrupt::arm()?;
    let mut keeper = Keeper::start()?;
    let mut cargo = cargo_for_archives();
    cargo.args(["build", "--locked", "--profile", PROFILE, "--target-dir"]).arg(target);
    cargo.args(plugins.iter().flat_map(|plugin| ["-p", &plugin.name]));
    cargo.args(triple.iter().flat_map(|triple| ["--target", triple]));
    build(&mut keeper, cargo)
}
