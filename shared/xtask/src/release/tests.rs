//! Releases of programs that are a few bytes long.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;
use crate::krew::{Archive, Manifest, extract};
use tempfile::TempDir;

/// A folder with a program for each of these targets.
fn built(triples: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for triple in triples {
        let pair = Pair::of_triple(triple).unwrap();
        fs::create_dir(folder.path().join(triple)).unwrap();
        for plugin in Release::of_this_workspace().plugins().unwrap() {
            let program = folder.path().join(triple).join(plugin.program(pair));
            fs::write(program, format!("{} for {triple}", plugin.name)).unwrap();
        }
    }
    folder
}

const SIX: [&str; 6] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

fn gathered(release: &Release, folder: &Path) -> Outcome<Vec<PathBuf>> {
    release.gather(folder, |plugin, pair| {
        Ok(format!("what {} is linked with on {}", plugin.name, pair.triple()))
    })
}

fn manifest(folder: &Path) -> Manifest {
    serde_saphyr::from_str(&fs::read_to_string(folder.join("mesh-export.yaml")).unwrap()).unwrap()
}

#[test]
fn six_machines_give_one_release_with_six_platforms() {
    let folder = built(&SIX);
    let release = Release::of_this_workspace();
    let written = gathered(&release, folder.path()).unwrap();
    let plugins = release.plugins().unwrap();
    assert_eq!(written.len(), plugins.len() * 7 + 1);
    for (platform, pair) in manifest(folder.path()).spec.platforms.iter().zip(Pair::ALL) {
        let name = format!("mesh-export_{}_{}_{}.tar.gz", release.version, pair.os, pair.arch);
        let bytes = fs::read(folder.path().join(&name)).unwrap();
        let begin = format!(
            "https://github.com/kubectl-platform/kubectl-platform/releases/download/v{}/",
            release.version
        );
        assert_eq!(platform.uri, begin + &name);
        let text = fs::read_to_string(folder.path().join("mesh-export.yaml")).unwrap();
        let lines = [format!("    uri: {}\n", platform.uri), format!("    sha256: {}\n", platform.sha256)];
        assert!(lines.iter().all(|line| text.contains(line)), "{text}");
        let archive = Archive::read(&bytes);
        assert_eq!(platform.sha256, archive.sha256);
        let entries = archive.entries.unwrap();
        let files: Vec<_> =
            extract(&entries, None).unwrap().iter().map(|file| (file.path.clone(), file.mode)).collect();
        let program = if pair.os == "windows" { "kubectl-mesh_export.exe" } else { "kubectl-mesh_export" };
        let files: Vec<_> = files.iter().map(|(name, mode)| (name.as_str(), *mode)).collect();
        let texts = ["LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt"].map(|name| (name, 0o644));
        assert_eq!(files, [&texts[..], &[(program, 0o755)]].concat());
    }
}

#[test]
fn sums_are_those_of_all_files_and_archives_are_the_same_every_time() {
    let (one, other) = (built(&SIX), built(&SIX));
    let release = Release::of_this_workspace();
    for folder in [&one, &other] {
        gathered(&release, folder.path()).unwrap();
    }
    let sums = fs::read_to_string(one.path().join(SUMS)).unwrap();
    assert_eq!(sums, fs::read_to_string(other.path().join(SUMS)).unwrap());
    let names: Vec<_> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(names.len(), 7 * release.plugins().unwrap().len());
    assert!(names.is_sorted() && names.contains(&"mesh-export.yaml"), "{names:?}");
}

#[test]
fn a_manifest_has_the_platforms_that_have_archives_and_a_second_call_adds_to_them() {
    let folder = built(&[SIX[3]]);
    let release = Release::of_this_workspace();
    gathered(&release, folder.path()).unwrap();
    assert_eq!(manifest(folder.path()).spec.platforms.len(), 1);
    fs::remove_dir_all(folder.path().join(SIX[3])).unwrap();
    let another = built(&[SIX[0]]);
    fs::rename(another.path().join(SIX[0]), folder.path().join(SIX[0])).unwrap();
    gathered(&release, folder.path()).unwrap();
    let selectors: Vec<_> =
        manifest(folder.path()).spec.platforms.into_iter().filter_map(|one| one.selector).collect();
    assert_eq!(selectors.len(), 2);
    assert!(
        selectors[0].matches("linux", "amd64") && selectors[1].matches("darwin", "arm64"),
        "{selectors:?}"
    );
}

#[test]
fn an_archive_that_krew_would_not_take_gives_no_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let release = Release::of_this_workspace();
    let name = format!("mesh-export_{}_linux_amd64.tar.gz", release.version);
    fs::write(folder.path().join(name), "not an archive at all").unwrap();
    let message = release.fill(folder.path()).unwrap_err();
    assert!(message.starts_with("Krew would not take mesh-export.yaml:\n  archive-readable: "), "{message}");
    assert!(!folder.path().join("mesh-export.yaml").exists());
    assert!(!folder.path().join(SUMS).exists());
}

#[test]
fn what_cannot_be_released_is_said() {
    let release = Release::of_this_workspace();
    let empty = tempfile::tempdir().unwrap();
    let message = gathered(&release, empty.path()).unwrap_err();
    assert!(message.ends_with("_OS_ARCH.tar.gz; run cargo xtask dist first"), "{message}");
    let twice = built(&["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"]);
    let message = gathered(&release, twice.path()).unwrap_err();
    assert!(message.contains("are for the same machines"), "{message}");
    fs::create_dir(empty.path().join("sparc")).unwrap();
    let message = gathered(&release, empty.path()).unwrap_err();
    assert!(message.starts_with("\"sparc\" is no target of a release; name one of x86_64-"), "{message}");
}

#[test]
fn every_plugin_has_a_template_and_every_template_a_plugin() {
    let release = Release::of_this_workspace();
    let folders = fs::read_dir(release.workspace.join("plugins")).unwrap();
    let folders: BTreeSet<_> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let templates: BTreeSet<_> = release.plugins().unwrap().into_iter().map(|plugin| plugin.name).collect();
    assert_eq!(folders, templates);
}

/// Copies the templates, changed so, and fills them.
fn filled_with(change: impl Fn(&str) -> String) -> Outcome<Vec<PathBuf>> {
    let workspace = tempfile::tempdir().unwrap();
    let mut release = Release::of_this_workspace();
    let template = fs::read_to_string(release.workspace.join("krew/mesh-export.yaml")).unwrap();
    fs::create_dir(workspace.path().join("krew")).unwrap();
    fs::write(workspace.path().join("krew/mesh-export.yaml"), change(&template)).unwrap();
    for file in ["LICENSE", "README.md"] {
        fs::copy(release.workspace.join(file), workspace.path().join(file)).unwrap();
    }
    release.workspace = workspace.path().to_path_buf();
    gathered(&release, built(&SIX).path())
}

#[test]
fn a_template_that_is_filled_already_or_selects_otherwise_is_refused() {
    assert!(filled_with(str::to_owned).is_ok());
    let version = filled_with(|text| text.replacen(PLACEHOLDER, "v0.0.9", 1)).unwrap_err();
    assert_eq!(version, format!("krew/mesh-export.yaml says \"v0.0.9\"; write {PLACEHOLDER:?} there"));
    let selector = filled_with(|text| text.replacen("os: linux, arch: amd64", "os: linux", 1)).unwrap_err();
    assert!(selector.contains("selects not exactly one of those that are released"), "{selector}");
    let misspelled = filled_with(|text| text.replace("bin:", "binary:")).unwrap_err();
    assert!(
        misspelled.starts_with("krew/mesh-export.yaml: ") && misspelled.contains("binary"),
        "{misspelled}"
    );
    let long = filled_with(|text| {
        text.replace("shortDescription: ", &format!("shortDescription: {}", "o".repeat(50)))
    });
    let long = long.unwrap_err();
    assert!(
        long.starts_with("Krew would not take mesh-export.yaml:\n  short-description-length: "),
        "{long}"
    );
}

/// Another reader of YAML must not take a sum for a number.
#[test]
fn a_sum_that_looks_like_a_number_is_quoted() {
    for sum in
        ["1".repeat(64), format!("{}e{}", "1".repeat(31), "2".repeat(32)), format!("0{}", "1".repeat(63))]
    {
        let mut manifest = Manifest::default();
        manifest.spec.platforms.push(krew::Platform { sha256: sum.clone(), ..krew::Platform::default() });
        let text = serde_saphyr::to_string(&manifest).unwrap();
        let quoted = [format!("sha256: \"{sum}\""), format!("sha256: '{sum}'")];
        assert!(quoted.iter().any(|line| text.contains(line)), "{text}");
    }
}

/// The workflow builds what is gathered.
#[test]
fn the_workflow_builds_every_plugin_for_every_platform() {
    let release = Release::of_this_workspace();
    let workflow = fs::read_to_string(release.workspace.join(".github/workflows/release.yml")).unwrap();
    for pair in Pair::ALL {
        assert!(workflow.contains(&format!("{{target: {}, runner: ", pair.triple())), "{pair:?}");
    }
    let build = workflow.lines().find(|line| line.contains("cargo build")).unwrap();
    for plugin in release.plugins().unwrap() {
        assert!(build.contains(&format!(" -p {}", plugin.name)), "{plugin:?}");
    }
}

#[test]
fn the_readme_says_where_the_newest_manifest_lies() {
    let release = Release::of_this_workspace();
    let readme = fs::read_to_string(release.workspace.join("README.md")).unwrap();
    for plugin in release.plugins().unwrap() {
        let address = format!("{}/releases/latest/download/{}.yaml", release.repository, plugin.name);
        assert!(readme.contains(&format!("kubectl krew install --manifest-url={address}\n")), "{address}");
    }
}
