//! Files that are no files: pipes with and without a writer, devices, and what nobody may read.

use super::{Den, refused};
use crate::bed::plugin;
use serde_json::json;
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use testkit::kubectl::{Kubectl, Outcome, Signal};

const LIST: [&str; 3] = ["mesh-export", "list", "--contexts=infra,apps"];
const NOBODY_WRITES: (i32, &str) = (2, "it is a pipe that nobody writes to");

impl Den {
    fn path(&self, name: &str) -> PathBuf {
        self.held.kubeconfig().with_file_name(name)
    }

    fn pipe(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    /// A kubeconfig in which the user of `infra` is this one.
    fn of_user(&self, name: &str, user: &serde_json::Value) -> PathBuf {
        let mut kubeconfig = self.kubeconfig();
        kubeconfig["users"][0]["user"] = user.clone();
        self.file(name, kubeconfig.to_string())
    }
}

fn list(kubeconfig: impl AsRef<Path>) -> Outcome {
    Kubectl::new(plugin()).kubeconfig(kubeconfig.as_ref()).run(LIST)
}

/// What is run, with this kubeconfig: words behind the plugin's name.
type Run = (&'static str, PathBuf, Vec<String>);

/// Every file that is read because somebody names it, and here is a pipe.
fn runs(den: &Den, pipe: &Path) -> Vec<Run> {
    let good = || den.file("good", den.kubeconfig().to_string());
    let mut authority = den.kubeconfig();
    authority["clusters"][0]["cluster"] = json!({ "server": den.infra.url(), "certificate-authority": pipe });
    let token = json!({ "tokenFile": pipe });
    let key = json!({ "client-certificate": pipe, "client-key": pipe });
    let program = json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
        "command": "/bin/true" } });
    let listing =
        |more: &str| LIST.map(str::to_owned).into_iter().chain((!more.is_empty()).then(|| more.to_owned()));
    let named = |flag: &str| format!("{flag}={}", pipe.display());
    let alone = |verb: &str, flag: &str| vec!["mesh-export".to_owned(), verb.to_owned(), named(flag)];
    vec![
        ("the variable", pipe.to_owned(), listing("").collect()),
        ("the flag", good(), listing(&named("--kubeconfig")).collect()),
        ("a template", good(), listing(&named("-ojsonpath-file")).collect()),
        ("the fleet", good(), alone("list", "--config")),
        ("a manifest", good(), alone("verify", "--filename")),
        ("an authority", den.file("authority", authority.to_string()), listing("").collect()),
        ("a token", den.of_user("token", &token), listing("").collect()),
        ("a certificate", den.of_user("key", &key), listing("").collect()),
        ("preferences", den.of_user("program", &program), listing("").collect()),
    ]
}

#[test]
fn a_pipe_that_nobody_writes_to_is_refused_and_no_hang() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let pipe = &den.pipe("pipe");
    let run = |kubeconfig: &Path, words: &[String]| {
        // Who reads preferences has no kubectl in front, which would read them first.
        let kubectl = Kubectl::new(plugin()).kubeconfig(kubeconfig).env("KUBERC", pipe);
        kubectl.run_directly(&words[1..])
    };
    // Each of them waits, and for the same time.
    std::thread::scope(|scope| {
        let runs = runs(&den, pipe).into_iter();
        let started: Vec<_> = runs
            .map(|(what, kubeconfig, words)| (what, scope.spawn(move || run(&kubeconfig, &words))))
            .collect();
        for (what, run) in started {
            refused(what, &run.join().unwrap(), NOBODY_WRITES);
        }
    });
    refused("through kubectl", &list(pipe), NOBODY_WRITES);
}

#[test]
fn a_pipe_with_a_writer_is_a_kubeconfig_as_any() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let text = den.kubeconfig().to_string();
    let good = den.file("good", &text);
    let good_word = good.to_str().unwrap();
    refused(
        "standard input",
        &Kubectl::new(plugin()).kubeconfig("/dev/stdin").stdin(text).run(LIST),
        (0, ""),
    );
    let pipe = den.pipe("pipe");
    let mut writer =
        Command::new("sh").args(["-c", "cat \"$0\" > \"$1\""]).args([&good, &pipe]).spawn().unwrap();
    refused("a named pipe", &list(&pipe), (0, ""));
    assert!(writer.wait().unwrap().success());
    for script in [
        "kubectl mesh-export list --contexts=infra,apps --kubeconfig <(cat \"$0\")",
        "KUBECONFIG=<(sleep 1; cat \"$0\") kubectl mesh-export list --contexts=infra,apps",
        "KUBECONFIG=/dev/null:<(cat \"$0\") kubectl mesh-export list --contexts=infra,apps",
    ] {
        let outcome = Kubectl::new(plugin()).run_program(Path::new("bash"), ["-c", script, good_word]);
        refused(script, &outcome, (0, ""));
    }
}

#[test]
fn who_waits_for_a_pipe_can_stop_it() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let pipe = den.pipe("pipe");
    // Open for both, it waits for nobody, and nobody else comes to an end.
    let held = File::options().read(true).write(true).open(&pipe).unwrap();
    let kubectl = Kubectl::new(plugin()).kubeconfig(&pipe);
    let mut running = kubectl.spawn(LIST);
    // It listens once the runtime is there, which nothing tells of.
    std::thread::sleep(Duration::from_secs(2));
    running.signal(Signal::Interrupt);
    refused("a pipe that stays open", &running.wait(Duration::from_secs(20)), (130, "stopped before"));
    drop(held);
}

#[test]
fn what_cannot_be_read_is_refused_by_its_name() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let good = den.file("good", den.kubeconfig().to_string());
    let socket = den.path("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    for (what, file, words) in [
        ("below a file", good.join("config"), "not a directory"),
        ("a socket", socket, "no such device or address"),
    ] {
        let outcome = list(&file);
        refused(what, &outcome, (2, words));
        assert!(outcome.stderr.contains(&format!("kubeconfig {}: ", file.display())), "{what}: {outcome}");
    }
    let closed = den.file("closed", den.kubeconfig().to_string());
    std::fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    refused("of mode 000", &without_privileges(&closed), (2, "permission denied"));
}

/// Root may read everything, but for what stands against it here: the capabilities.
fn without_privileges(kubeconfig: &Path) -> Outcome {
    let kubectl = Kubectl::new(plugin()).kubeconfig(kubeconfig);
    if File::open(kubeconfig).is_err() {
        return kubectl.run(LIST);
    }
    let words = ["--bounding-set=-all", "--inh-caps=-all", "kubectl"];
    kubectl.run_program(Path::new("setpriv"), words.iter().chain(&LIST))
}
