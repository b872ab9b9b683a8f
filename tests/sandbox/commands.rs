//! The commands that the README says to type in the workspace: each is typed as it stands there, into a shell that may
//! write to temporary folders and to cargo's own, and what the README says of it is looked for.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::program::{programs, shows_a_mirror_and_explains_what_is_broken};
use crate::readme::{blocks, read, root};

const DEMO: &str = "cargo demo";
const INSTALL: &str = "cargo install --locked --path plugins/mesh-export";
const TEST: &str = "cargo xtask test";

/// What makes a release of the workspace cheap: nobody runs it for its speed here.
const CHEAP: [(&str, &str); 5] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "true"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_STRIP", "debuginfo"),
];

#[test]
fn every_command_for_a_shell_is_typed_below_and_the_demonstration_is_the_first() {
    let commands = blocks(&read("README.md"), "sh");
    assert_eq!(commands, [DEMO, INSTALL, TEST], "the first command of a newcomer is the demonstration");
}

/// Where cargo may keep what it builds for these commands: what it puts beside the programs of this very run would take
/// their place while other tests start them.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme")
}

/// The line, typed in the workspace with these settings and temporary files in a folder of their own, of which it
/// leaves nothing.
fn typed(line: &str, settings: &[(&str, OsString)]) -> Output {
    let temporary = tempfile::tempdir().unwrap();
    // It compiles beside tests that wait for each other.
    let mut command = Command::new("nice");
    command.args(["sh", "-c", line]).current_dir(root()).stdin(Stdio::null());
    // What cargo says to this test about itself would make it compile dependencies again; what the runner says is about
    // its own control planes.
    let foreign = ["CARGO_PKG_", "CARGO_MANIFEST_", "PLATFORM_"];
    let names = std::env::vars_os().map(|(name, _)| name.into_string().unwrap_or_default());
    for name in names.filter(|name| foreign.iter().any(|begin| name.starts_with(begin))) {
        command.env_remove(name);
    }
    let output = command
        .env("TMPDIR", temporary.path())
        .env("CARGO_TARGET_DIR", target())
        // All crates are here, since this test was compiled with them.
        .env("CARGO_NET_OFFLINE", "true")
        .envs(settings.iter().cloned())
        .output()
        .unwrap();
    let left: Vec<_> =
        std::fs::read_dir(temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, Vec::<PathBuf>::new(), "$ {line}");
    output
}

fn texts(output: Output) -> (String, String) {
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Lets cargo take what it has built for this run; what is put together of it lies in [`target`].
fn with_what_is_built() -> (&'static str, OsString) {
    ("CARGO_BUILD_BUILD_DIR", programs().parent().unwrap().into())
}

/// This search path, with a folder before all others.
fn path_with(folder: &Path) -> (&'static str, OsString) {
    let search = std::env::var_os("PATH").unwrap();
    let others = std::env::split_paths(&search).filter(|other| other.is_dir());
    ("PATH", std::env::join_paths([folder.to_owned()].into_iter().chain(others)).unwrap())
}

#[test]
fn the_demonstration_shows_a_mirror_and_explains_what_is_broken_and_ends_well() {
    // Whoever shows it has settings of his own, none of which may lead elsewhere.
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("kubectl-platform");
    std::fs::create_dir(&settings).unwrap();
    let fleet = "kind: Platform\nclusters: [{name: mine, context: mine}, {name: theirs, context: theirs}]\n";
    std::fs::write(settings.join("platform.yaml"), fleet).unwrap();
    let settings = [
        with_what_is_built(),
        ("XDG_CONFIG_HOME", folder.path().into()),
        ("KUBECTL_PLATFORM_CONFIG", settings.join("platform.yaml").into()),
        ("KUBECONFIG", folder.path().join("none").into()),
        ("HTTPS_PROXY", "http://127.0.0.1:1".into()),
    ];
    let output = typed(DEMO, &settings);
    let code = output.status.code();
    let (out, err) = texts(output);
    assert_eq!(code, Some(0), "{out}{err}");
    shows_a_mirror_and_explains_what_is_broken(&out, &err);
}

#[test]
fn the_installed_program_is_found_by_kubectl() {
    let Some(kubectl) = testkit::kubectl::program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut settings = CHEAP.map(|(name, value)| (name, value.into())).to_vec();
    settings.push(("CARGO_INSTALL_ROOT", folder.path().into()));
    let output = typed(INSTALL, &settings);
    let code = output.status.code();
    let (_, err) = texts(output);
    assert_eq!(code, Some(0), "{err}");
    let programs = folder.path().join("bin");
    let installed: Vec<_> =
        std::fs::read_dir(&programs).unwrap().map(|entry| entry.unwrap().path()).collect();
    let program = programs.join("kubectl-mesh_export");
    assert_eq!(installed, [program.as_path()], "{err}");
    let version = Command::new(&program).arg("--version").output().unwrap();
    assert_eq!(texts(version).0, format!("kubectl-mesh_export {}\n", env!("CARGO_PKG_VERSION")));
    // Who has followed the README has one installed already, and would be warned of two.
    let listed = Command::new(kubectl).args(["plugin", "list"]).env("PATH", &programs).output().unwrap();
    let (out, err) = texts(listed);
    assert!(out.lines().any(|line| Path::new(line) == program), "{out}{err}");
    assert!(!err.contains(&*program.to_string_lossy()), "kubectl warns of it: {err}");
}

/// All tests would be this one, too: one of another package stands for them, and there is no Go.
#[test]
fn the_runner_runs_tests_without_go_and_says_what_it_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    std::fs::write(&go, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&go, std::fs::Permissions::from_mode(0o755)).unwrap();
    // The control planes of other runs are in the cache.
    let cache = ("XDG_CACHE_HOME", folder.path().into());
    let settings = [with_what_is_built(), path_with(folder.path()), cache];
    let one = "arguments_after_the_dashes_belong_to_cargo";
    let output = typed(&format!("{TEST} -- -p xtask -- {one}"), &settings);
    let code = output.status.code();
    let (out, err) = texts(output);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains(&format!("test arguments::tests::{one} ... ok")), "{out}");
    assert!(
        out.contains("no real control planes: they are built with Go, which is not on this machine"),
        "{out}"
    );
    assert_eq!(out.lines().last(), Some("1 passed, 0 failed, 0 skipped"), "{out}");
}
