//! The real Krew installs what is released, and the check that its index makes accepts it.

use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::kubectl::{Kubectl, Outcome};
use xtask::release::{Packing, Pair, Release};

use crate::{Released, manifest};

/// A kubectl with Krew, in a home where neither has ever been; `None` where Krew is not here.
pub(crate) fn krew() -> Option<Kubectl> {
    let (kubectl, ground) = (testkit::kubectl::program()?, testkit::real::ground()?);
    let krew = Kubectl::new(&ground.folder().join("krew/kubectl-krew"));
    let root = krew.home().join("krew");
    let path = [&root.join("bin"), &krew.path_folder(), kubectl.parent().unwrap(), Path::new("/usr/bin")];
    let path = std::env::join_paths(path).unwrap();
    // Else it asks the network, now and then, whether it is the newest.
    Some(krew.env("KREW_ROOT", root).env("PATH", path).env("KREW_NO_UPGRADE_CHECK", "1"))
}

/// What the check of the index says of a manifest alone, without a download.
pub(crate) fn checked(manifest: &Path) -> Option<Outcome> {
    let ground = testkit::real::ground()?;
    let check = Kubectl::new(&ground.folder().join("krew/validate-krew-manifest"));
    let arguments = ["-manifest", manifest.to_str().unwrap(), "-skip-install"];
    Some(check.run_directly(arguments))
}

/// Krew uninstalls nothing before it has an index: a repository with these manifests.
fn index(krew: &Kubectl, released: &Released) {
    let folder = krew.home().join("index");
    fs::create_dir_all(folder.join("plugins")).unwrap();
    for plugin in &released.plugins {
        let name = format!("plugins/{}.yaml", plugin.name);
        fs::copy(released.path(plugin), folder.join(name)).unwrap();
    }
    let author = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    for line in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message=index"]] {
        let mut git = Command::new("git");
        git.current_dir(&folder).args(author).args(line);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(git.status().unwrap().success(), "git {line:?}");
    }
    let added = krew.run(["krew", "index", "add", "default", folder.to_str().unwrap()]);
    assert_eq!(added.code, Some(0), "{added}");
}

#[test]
fn the_real_krew_installs_what_is_released_and_takes_it_away_again() {
    let Some(krew) = krew() else { return };
    let Some(released) = Released::of_this_machine() else { return };
    index(&krew, released);
    for plugin in &released.plugins {
        let name = plugin.name.as_str();
        let files = [
            format!("--manifest={}", released.path(plugin).display()),
            format!("--archive={}", released.archive(plugin).display()),
        ];
        let installed = krew.run(["krew", "install", &files[0], &files[1]]);
        assert_eq!(installed.code, Some(0), "{installed}");
        assert!(installed.stderr.contains(&format!("Installed plugin: {name}\n")), "{installed}");
        let version = krew.run([name, "--version"]);
        let said = format!(
            "kubectl-{} {}\n",
            name.replace('-', "_"),
            &manifest(&released.path(plugin)).spec.version[1..]
        );
        assert_eq!((version.code, &version.stdout), (Some(0), &said), "{version}");
        let listed = krew.run(["plugin", "list"]);
        assert!(listed.code == Some(0) && !listed.stderr.contains("warning"), "{listed}");
        let gone = krew.run(["krew", "uninstall", name]);
        assert_eq!(gone.code, Some(0), "{gone}");
        let unknown = krew.run([name, "--version"]);
        assert!(unknown.stderr.contains("unknown command"), "{unknown}");
    }
}

#[test]
fn the_check_of_the_index_accepts_all_platforms_and_no_template() {
    let folder = tempfile::tempdir().unwrap();
    let release = Release::of_this_workspace();
    for plugin in release.plugins().unwrap() {
        for pair in Pair::ALL {
            // Nobody runs it.
            let program = folder.path().join("program");
            fs::write(&program, "a program").unwrap();
            let packing = Packing { plugin: &plugin, pair, program: &program, notices: "none" };
            release.pack(&packing, folder.path()).unwrap();
        }
    }
    release.fill(folder.path()).unwrap();
    for plugin in release.plugins().unwrap() {
        let name = format!("{}.yaml", plugin.name);
        assert_eq!(manifest(&folder.path().join(&name)).spec.platforms.len(), Pair::ALL.len());
        let Some(filled) = checked(&folder.path().join(&name)) else { return };
        assert_eq!(filled.code, Some(0), "{filled}");
        let template = checked(&release.workspace.join("krew").join(&name)).unwrap();
        assert_ne!(template.code, Some(0), "{template}");
        assert!(template.stderr.contains("failed to parse plugin version"), "{template}");
    }
}
