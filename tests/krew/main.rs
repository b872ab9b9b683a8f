//! What is released, as Krew and kubectl take it. The programs are those that were built for this very run: what a release
//! does with them is the same.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test file: whatever is missing ends the test"
)]

mod real;
mod refused;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use testkit::kubectl::Kubectl;
use xtask::krew::{Archive, Manifest, extract, program_of};
use xtask::release::{Packing, Pair, Plugin, Release};

/// A folder with what one machine gives a release: the archive of each plugin, and the manifests.
struct Released {
    folder: TempDir,
    plugins: Vec<Plugin>,
}

impl Released {
    /// Tests of one package do not build the programs of another one; without them there is nothing to release.
    fn of_this_machine() -> Option<Self> {
        let release = Release::of_this_workspace();
        let (plugins, pair) = (release.plugins().unwrap(), Pair::of_this_machine().unwrap());
        let tests = std::env::current_exe().unwrap();
        let programs = tests.ancestors().nth(2).unwrap();
        if !plugins.iter().all(|plugin| programs.join(plugin.program(pair)).is_file()) {
            testkit::real::skipped("the programs of this workspace (run cargo xtask test)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        for plugin in &plugins {
            let program = programs.join(plugin.program(pair));
            let packing = Packing { plugin, pair, program: &program, notices: "whatever it is linked with" };
            release.pack(&packing, folder.path()).unwrap();
        }
        release.fill(folder.path()).unwrap();
        Some(Self { folder, plugins })
    }

    fn path(&self, plugin: &Plugin) -> PathBuf {
        self.folder.path().join(format!("{}.yaml", plugin.name))
    }

    fn archive(&self, plugin: &Plugin) -> PathBuf {
        let release = Release::of_this_workspace();
        self.folder.path().join(release.archive(plugin, Pair::of_this_machine().unwrap()))
    }
}

fn manifest(path: &Path) -> Manifest {
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Puts the files of an archive where Krew would, and returns the program.
fn installed(manifest: &Manifest, archive: &Path, store: &Path) -> PathBuf {
    let entries = Archive::read(&fs::read(archive).unwrap()).entries.unwrap();
    let platform = &manifest.spec.platforms[0];
    for file in extract(&entries, platform.files.as_deref()).unwrap() {
        let path = store.join(file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, file.content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(file.mode)).unwrap();
    }
    store.join(&platform.bin)
}

#[test]
fn what_is_extracted_of_an_archive_is_found_by_kubectl_without_a_warning() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let Some(released) = Released::of_this_machine() else { return };
    for plugin in &released.plugins {
        let store = tempfile::tempdir().unwrap();
        let manifest = manifest(&released.path(plugin));
        let program = installed(&manifest, &released.archive(plugin), store.path());
        // The name of the link on PATH is Krew's choice; here the link gets the name of the file.
        assert_eq!(program.file_name().unwrap().to_str().unwrap(), program_of(&plugin.name));
        let kubectl = Kubectl::new(&program);
        let version = kubectl.run([plugin.name.as_str(), "--version"]);
        let wanted = format!("{} {}\n", program_of(&plugin.name), &manifest.spec.version[1..]);
        assert_eq!((version.code, &version.stdout), (Some(0), &wanted), "{version}");
        let listed = kubectl.run(["plugin", "list"]);
        assert_eq!(listed.code, Some(0), "{listed}");
        assert!(listed.stdout.contains(&program_of(&plugin.name)), "{listed}");
        assert!(!listed.stderr.contains("warning"), "{listed}");
    }
}
