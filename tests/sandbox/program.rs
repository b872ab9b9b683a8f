//! The program `sandbox`, as a user starts it.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

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
    let built = ["sandbox", "kubectl-mesh_export", "kubectl-xcluster_check"]
        .iter()
        .all(|name| program(name).is_file());
    if !built {
        testkit::real::skipped("the programs of this workspace (run cargo xtask test)");
    }
    built
}

/// Whether a reader's commands can be typed here: beside the programs they need kubectl.
pub(crate) fn can_type() -> bool {
    is_built() && testkit::kubectl::program().is_some()
}

pub(crate) fn sandbox(arguments: &[&str]) -> Command {
    let mut command = Command::new(program("sandbox"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// How what `xcluster-check` says of each platform begins: what leads comes first, and what follows is folded.
const LEADING: [&str; 4] = [
    "== broken: no pod of the gateway of infra is ready\n$ kubectl xcluster-check\n\
     error: infra: svc/linkerd-multicluster/linkerd-gateway: the gateway of infra has",
    "  explains 1 of mirror-endpoints: apps: svc/databases/orders-infra\n",
    "== broken: proxies of the two clusters trust different roots\n$ kubectl xcluster-check\n\
     error: infra: cm/linkerd/linkerd-identity-trust-roots: apps and infra have no",
    "== broken: the other cluster answers nobody\n$ kubectl xcluster-check\nunknown: apps: cannot be looked at",
];

/// What `cargo demo` is for.
pub(crate) fn shows_a_mirror_and_explains_what_is_broken(out: &str, err: &str) {
    let shown = [
        "postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432",
        "service/postgres-rw-infra",
        "== broken: the other cluster lacks the namespace of the Service",
        "== broken: the other cluster has a Service of its own under the mirror's name",
        "== broken: the other cluster answers nobody\n$ kubectl mesh-export",
        "nothing is wrong: 2 of 2 clusters, 1 Link, 1 mirror, ",
    ];
    for expected in shown.into_iter().chain(LEADING) {
        assert!(out.contains(expected), "{expected:?} is not in:\n{out}");
    }
    for expected in
        ["the namespace databases does not exist in apps", "a Service with the mirror's name exists", "(503)"]
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

#[test]
fn a_demonstration_without_the_plugin_says_what_builds_it() {
    // A folder with nothing but the program, on the same file system, where it need not be copied.
    let folder = tempfile::tempdir_in(programs()).unwrap();
    let alone = folder.path().join("sandbox");
    std::fs::hard_link(env!("CARGO_BIN_EXE_sandbox"), &alone).unwrap();
    let output = Command::new(alone).arg("demo").output().unwrap();
    let place = folder.path().display();
    let expected = format!(
        "error: kubectl-mesh_export is not in {place}, and it is what is shown\n  next: run `cargo demo`, which builds all of it\n"
    );
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(1), expected));
    assert_eq!(output.stdout, b"", "nothing was started before it looked");
}

/// A running server; it is ended when it is dropped.
pub(crate) struct Serving {
    child: Child,
    /// The lines that it prints for a shell.
    lines: [String; 2],
    /// The kubeconfig that it says to use.
    pub(crate) kubeconfig: String,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(&mut sandbox(arguments))
    }

    pub(crate) fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        Self::of(sandbox(arguments).current_dir(folder))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (Some(kubeconfig), Some(path)) = (lines.next(), lines.next()) else {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("it does not start: {why}");
        };
        assert!(path.starts_with("export PATH="), "{path}");
        let file =
            kubeconfig.strip_prefix("export KUBECONFIG=").expect("the first line says where").to_owned();
        Self { child, lines: [kubeconfig, path], kubeconfig: file }
    }

    /// What it has printed for a shell.
    pub(crate) fn printed(&self) -> String {
        self.lines.join("\n")
    }

    /// Ends it as Ctrl-C does, and returns its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        self.end_with(Signal::INT)
    }

    /// Ends it with this signal, and returns its exit code.
    pub(crate) fn end_with(&mut self, signal: Signal) -> Option<i32> {
        let _it_may_have_ended_by_itself = kill_process(Pid::from_child(&self.child), signal);
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

/// What is printed about a world of this text.
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("world.yaml"), text).unwrap();
    let output = sandbox(&["serve", "-f", "world.yaml"]).current_dir(folder.path()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(1), Vec::new()), "{text}");
    String::from_utf8(output.stderr).unwrap()
}

/// Worlds that cannot be served, and what is said of each.
const REFUSED: [(&str, &str); 7] = [
    (
        "clusters:\n- nmae: solo\n",
        "error: world.yaml:2: unknown field `nmae`, expected one of name, port, skew, objects, localMirror, faults\n  next: write \
             name, if that is meant; docs/worlds.md has every field of a world\n",
    ),
    (
        "clusters:\n- name: solo\n  objects:\n  - {apiVersion: mesh.example/v1, kind: Link, metadata: {name: a}}\n",
        "error: world.yaml: solo: Link a: there is no kind Link in apiVersion mesh.example/v1\n  next: define it with \
             a CustomResourceDefinition first, or correct its apiVersion and kind\n",
    ),
    (
        "clusters:\n- name: solo\n  objects:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: web, namespace: \
             default}\n    spec: {selctor: {app: web}, ports: [{port: 80}]}\n",
        "error: world.yaml: solo: Service default/web: there is no field .spec.selctor\n  next: correct the name or \
             take the field out; the API reference of Kubernetes lists the fields of a Service\n",
    ),
    (
        "clusters:\n- name: solo\n  objects:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}\n",
        "error: world.yaml: solo: ConfigMap b/a: namespaces \"b\" not found\n  next: add what is missing to the \
             objects of this cluster; namespaces and definitions are made first\n",
    ),
    (
        "clusters:\n- name: solo\n  faults:\n  - {fault: cut}\n  - {resource: service, fault: cut}\n",
        "error: world.yaml: solo: fault 2: no request has the resource \"service\"\n  next: write services, if that \
             is meant\n",
    ),
    (
        "clusters: [{name: infra}, {name: apps}]\nlinks: [{importer: app, exporter: infra}]\n",
        "error: world.yaml: links: there is no cluster \"app\"\n  next: write apps, if that is meant\n",
    ),
    (
        "{}",
        "error: world.yaml: there are no clusters\n  next: add one, such as `clusters: [{name: infra}]`\n",
    ),
];

#[test]
fn what_cannot_be_served_is_refused_with_its_place_and_the_next_step() {
    for (text, expected) in REFUSED {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn a_port_that_is_taken_is_named_with_its_cluster_and_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let printed = refused(&format!("clusters: [{{name: free}}, {{name: solo, port: {port}}}]"));
    let begin = format!("error: world.yaml: solo: cannot listen on 127.0.0.1:{port}: Address already in use");
    let end = "\n  next: end what listens there, give the cluster another `port`, or leave that out for any that is free\n";
    assert!(printed.starts_with(&begin) && printed.ends_with(end), "{printed}");
}

#[test]
fn a_world_that_is_not_there_is_answered_with_those_that_are() {
    let printed = |arguments: &[&str]| {
        let output = sandbox(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let expected = "error: there is no world \"platfrom\"\n  next: write platform, if that is meant\n";
    assert_eq!(printed(&["serve", "--world", "platfrom"]), expected);
    let missing = printed(&["serve", "-f", "none.yaml"]);
    assert!(missing.starts_with("error: none.yaml: No such file or directory"), "{missing}");
    assert!(missing.contains("  next: name a file with a world, or take one that comes with"), "{missing}");
}

#[test]
fn the_help_leads_to_the_page_about_worlds() {
    let output = sandbox(&["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("docs/worlds.md"), "{help}");
}
