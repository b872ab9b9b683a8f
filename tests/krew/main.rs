//! What is released, as Krew and kubectl take it. The programs are those that were built for this very run: what a release
//! does with them is the same.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test file: whatever is missing ends the test"
)]

mod real;
mod refused;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use testkit::kubectl::Kubectl;
use xtask::krew::{Archive, Manifest, extract, program_of};
use xtask::release::{Packing, Pair, Plugin, Release};

/// A folder with what one machine gives a release: the archive of each plugin, and the manifests.
struct Released {
    folder: PathBuf,
    plugins: Vec<Plugin>,
}

impl Released {
    /// What all tests share: packing is slow in a build for tests.
    fn of_this_machine() -> Option<&'static Self> {
        static RELEASED: OnceLock<Option<Released>> = OnceLock::new();
        let released = RELEASED.get_or_init(Self::made).as_ref();
        if released.is_none() {
            testkit::real::skipped("the programs of this workspace (run cargo xtask test)");
        }
        released
    }

    /// Tests of one package do not build the programs of another one; without them there is nothing to release.
    fn made() -> Option<Self> {
        // What packs is not optimized here.
        let release = Release { compression: 1, ..Release::of_this_workspace() };
        let (plugins, pair) = (release.plugins().unwrap(), Pair::of_this_machine().unwrap());
        let tests = std::env::current_exe().unwrap();
        let programs = tests.ancestors().nth(2).unwrap();
        if !plugins.iter().all(|plugin| programs.join(plugin.program(pair)).is_file()) {
            return None;
        }
        // Nobody drops what all tests share, so it lies where the next run takes its place.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("released");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir(&folder).unwrap();
        for plugin in &plugins {
            let program = stripped(&programs.join(plugin.program(pair)), &folder);
            let packing = Packing { plugin, pair, program: &program, notices: "whatever it is linked with" };
            release.pack(&packing, &folder).unwrap();
            fs::remove_file(program).unwrap();
        }
        release.fill(&folder).unwrap();
        Some(Self { folder, plugins })
    }

    fn path(&self, plugin: &Plugin) -> PathBuf {
        self.folder.join(format!("{}.yaml", plugin.name))
    }

    fn archive(&self, plugin: &Plugin) -> PathBuf {
        let release = Release::of_this_workspace();
        self.folder.join(release.archive(plugin, Pair::of_this_machine().unwrap()))
    }
}

/// A copy without what is there for debuggers, as a release has none either: a third of the size.
fn stripped(program: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("program");
    let strip = Command::new("strip").arg("-o").arg(&copy).arg(program).status();
    if !strip.is_ok_and(|status| status.success()) {
        fs::copy(program, &copy).unwrap();
    }
    copy
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
