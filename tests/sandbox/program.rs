//! The program `sandbox`, as a user starts it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// Where cargo has put this workspace's programs: beside the folder of the tests.
pub(crate) fn programs() -> std::path::PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().to_owned()
}

fn program(name: &str) -> std::path::PathBuf {
    programs().join(name)
}

/// Tests of one package do not build the programs of another one; without them there is nothing to try.
pub(crate) fn is_built() -> bool {
    let built = ["sandbox", "kubectl-mesh_export"].iter().all(|name| program(name).is_file());
    if !built {
        testkit::real::skipped("the programs of this workspace (run cargo xtask test)");
    }
    built
}

fn sandbox(arguments: &[&str]) -> Command {
    let mut command = Command::new(program("sandbox"));
    command.args(arguments).stdin(Stdio::null());
    command
}

#[test]
fn the_demonstration_shows_a_mirror_and_three_explanations_and_ends_well() {
    if !is_built() {
        return;
    }
    let output = sandbox(&["demo"]).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    for expected in [
        "postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432",
        "service/postgres-rw-infra",
        "== broken: the other cluster lacks the namespace of the Service",
        "== broken: the other cluster has a Service of its own under the mirror's name",
        "== broken: the other cluster answers nobody",
    ] {
        assert!(out.contains(expected), "{expected:?} is not in:\n{out}");
    }
    for expected in
        ["the namespace databases does not exist in apps", "a Service of the mirror's name is there", "(503)"]
    {
        assert!(err.contains(expected), "{expected:?} is not in:\n{err}");
    }
}

#[test]
fn the_demonstration_fails_when_the_service_mirror_is_stopped() {
    if !is_built() {
        return;
    }
    let output = sandbox(&["demo", "--without-mirror"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("ended with 3, not with 0"), "{err}");
}

/// A running server; it is ended when it is dropped.
pub(crate) struct Serving {
    child: Child,
    /// The kubeconfig that it says to use.
    pub(crate) kubeconfig: String,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = sandbox(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines: Vec<_> = BufReader::new(child.stdout.take().unwrap()).lines().take(2).collect();
        let [Ok(kubeconfig), Ok(path)] = &lines[..] else { panic!("{lines:?}") };
        assert!(path.starts_with("export PATH="), "{path}");
        let kubeconfig = kubeconfig.strip_prefix("export KUBECONFIG=").expect("the first line says where");
        Self { child, kubeconfig: kubeconfig.to_owned() }
    }

    /// Ends it as Ctrl-C does, and returns its exit code.
    fn end(&mut self) -> Option<i32> {
        let _it_may_have_ended_by_itself = kill_process(Pid::from_child(&self.child), Signal::INT);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end();
    }
}

#[test]
fn a_world_of_a_file_is_served_until_ctrl_c_and_leaves_nothing() {
    if !is_built() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.yaml");
    let text = "clusters:\n- name: solo\n  objects:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n";
    std::fs::write(&file, text).unwrap();
    let mut serving = Serving::start(&["serve", "-f", file.to_str().unwrap()]);
    let mut get = Command::new("kubectl");
    get.args(["--kubeconfig", &serving.kubeconfig, "get", "namespace", "shop", "-o", "name"])
        .env("HOME", folder.path());
    let seen = get.output().unwrap();
    assert_eq!(String::from_utf8(seen.stdout).unwrap(), "namespace/shop\n", "{:?}", seen.stderr);
    assert_eq!(serving.end(), Some(0));
    assert!(!std::path::Path::new(&serving.kubeconfig).exists(), "{} is left", serving.kubeconfig);
}

#[test]
fn a_world_that_cannot_be_read_is_refused_with_its_place() {
    if !is_built() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.yaml");
    std::fs::write(&file, "clusters:\n- nmae: solo\n").unwrap();
    let output = sandbox(&["serve", "-f", file.to_str().unwrap()]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("nmae") && err.contains("world.yaml:2: ") || err.contains("world:2: "), "{err}");
    let output = sandbox(&["serve", "--world", "nope"]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("write one of: platform, "));
}
