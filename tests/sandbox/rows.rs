//! The README's table of what to type: every form is typed, on clusters of its own, and does what its row says.

use std::path::Path;

use regex::Regex;
use serde_json::Value;

use crate::program::{Serving, can_type};
use crate::readme::{read, typed};

/// The platform with a third cluster, and the file that makes a fleet of all.
const EDGE: &str = "
extends: platform
clusters:
- name: edge
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: databases}}
links:
- {importer: edge, exporter: infra}
";
const FLEET: &str = "
kind: Platform
clusters:
- {name: infra, context: infra}
- {name: apps, context: apps}
- {name: edge, context: edge}
";

const NONE: &str = "true";
const EXPORT: &str = "kubectl mesh-export svc/postgres-rw -n databases";
const LABEL: &str = "kubectl label service postgres-rw -n databases tier=database";
const SAVE: &str = "kubectl get service postgres-rw -n databases -o yaml >service.yaml";
const KEPT: &str = "kubectl label service postgres-rw -n databases kustomize.toolkit.fluxcd.io/name=apps \
                    kustomize.toolkit.fluxcd.io/namespace=flux-system && \
                    kubectl get service postgres-rw -n databases -o yaml >service.yaml";
const LIST: &str = "printf 'apiVersion: platform.tools/v1\nkind: ExportList\nexports: [{name: postgres-rw}]\n' >exports.yaml";
/// The list names another Service than the one that is exported.
const PRUNED: &str = "kubectl mesh-export svc/postgres-rw -n databases && printf 'apiVersion: platform.tools/v1\nkind: \
                      ExportList\nexports: [{name: postgres-ro}]\n' >exports.yaml";
const HOMELESS: &str = "kubectl --context apps delete namespace databases";
const LEFT: &str =
    "kubectl mesh-export svc/postgres-rw -n databases --yes && kubectl --context edge delete link --all -A";

/// Which clusters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fleet {
    Two,
    Three,
}
use Fleet::{Three, Two};

/// One form of the table on fresh clusters: what is done before it, its exit code, what the table on standard output or
/// the record there must have, and what is said besides.
struct Row {
    form: &'static str,
    fleet: Fleet,
    before: &'static str,
    code: i32,
    prints: &'static [&'static str],
    says: &'static [&'static str],
}

const fn row(form: &'static str, fleet: Fleet, before: &'static str, code: i32) -> Row {
    Row { form, fleet, before, code, prints: &[], says: &[] }
}

const ON_APPS: &str = "postgres-rw   apps       endpoints ready";
const ON_EDGE: &str = "postgres-rw   edge       endpoints ready";
const LABELED: &str = "service/postgres-rw labeled\n";

/// In the order of the README.
const ROWS: [Row; 21] = [
    Row {
        prints: &["(server dry run)\n", "to be labeled: mirror.linkerd.io/exported=true\n", "not labelled"],
        ..row("svc/postgres-rw --dry-run=server", Two, NONE, 5)
    },
    Row { prints: &[LABELED, ON_APPS], ..row("svc/postgres-rw --to apps", Two, NONE, 0) },
    Row { prints: &[LABELED, ON_APPS, ON_EDGE], ..row("svc/postgres-rw --to apps,edge", Three, NONE, 0) },
    Row { prints: &[LABELED, ON_APPS], ..row("-l tier=database", Two, LABEL, 0) },
    Row { prints: &[LABELED, ON_APPS], ..row("-f service.yaml", Two, SAVE, 0) },
    Row { says: &["--assume-routable"], ..row("svc/postgres-rw --mode flat", Two, NONE, 3) },
    Row { says: &["--assume-routable"], ..row("svc/postgres-rw --mode federated", Two, NONE, 3) },
    Row { prints: &["postgres-rw   apps       endpoints ready"], ..row("-f exports.yaml", Two, LIST, 0) },
    Row {
        prints: &["service/databases/postgres-rw unlabeled\n", "gone"],
        ..row("-f exports.yaml --prune --yes", Two, PRUNED, 0)
    },
    Row {
        prints: &["namespace/databases created in apps\n", LABELED, ON_APPS],
        ..row("svc/postgres-rw --create-namespace", Two, HOMELESS, 0)
    },
    Row { prints: &[ON_APPS, ON_EDGE], ..row("list -A", Three, EXPORT, 0) },
    Row { prints: &[ON_APPS], ..row("verify svc/postgres-rw", Two, EXPORT, 0) },
    Row {
        prints: &[ON_APPS, "not proven\n"],
        says: &["pods in its namespace get no proxy"],
        ..row("verify svc/postgres-rw --probe", Two, EXPORT, 3)
    },
    Row {
        prints: &["no problem found\n", "  ok           controller   "],
        ..row("explain svc/postgres-rw", Two, EXPORT, 0)
    },
    Row {
        prints: &["service/postgres-rw unlabeled\n", "postgres-rw   apps       gone"],
        ..row("undo svc/postgres-rw", Two, EXPORT, 0)
    },
    Row {
        prints: &["+    mirror.linkerd.io/exported: \"true\"\n"],
        says: &["kept by the Flux Kustomization flux-system/apps"],
        ..row("svc/postgres-rw --repo .", Two, KEPT, 5)
    },
    Row {
        says: &["GET https://127.0.0.1:", "PATCH https://127.0.0.1:"],
        ..row("svc/postgres-rw -v 6", Two, NONE, 0)
    },
    Row {
        says: &["> authorization: <masked>", "< content-type: application/json", "\"kind\":\"ServiceList\""],
        ..row("svc/postgres-rw -v 8", Two, NONE, 0)
    },
    Row { prints: &["service/postgres-rw-infra\n"], ..row("svc/postgres-rw -o name", Two, NONE, 0) },
    Row { prints: &["\"state\": \"endpointsReady\""], ..row("svc/postgres-rw -o json", Two, NONE, 0) },
    Row {
        prints: &["postgres-rw-infra.databases.svc.cluster.local"],
        ..row("svc/postgres-rw -o jsonpath='{.mirrors[*].dns}'", Two, NONE, 0)
    },
];

/// The forms of the table. The first of a row is a whole command; each other one stands in the place of all that follows
/// the first flag of that, or of the selector.
fn forms() -> Vec<String> {
    let readme = read("README.md");
    let (_, table) = readme.split_once("| to | run |\n|---|---|\n").expect("a table of what to type");
    let flags = Regex::new("(^| )-.*$").unwrap();
    let mut forms = Vec::new();
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let mut typed = row.split('`').skip(1).step_by(2);
        let first =
            typed.next().and_then(|first| first.strip_prefix("kubectl mesh-export ")).expect("a command");
        forms.push(first.to_owned());
        let kept = flags.replace(first, "");
        forms.extend(typed.map(|other| format!("{kept} {other}").trim_start().to_owned()));
    }
    forms
}

#[test]
fn every_form_of_the_table_is_typed_below() {
    assert_eq!(forms(), ROWS.map(|row| row.form));
}

impl Row {
    fn serve(&self, folder: &Path) -> Serving {
        if self.fleet == Two {
            return Serving::start(&["serve"]);
        }
        std::fs::write(folder.join("world.yaml"), EDGE).unwrap();
        std::fs::write(folder.join("platform.yaml"), FLEET).unwrap();
        Serving::start_in(folder, &["serve", "-f", "world.yaml"])
    }

    /// Types it, and returns what it wrote: on standard output, and on standard error.
    fn done(&self) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        let serving = self.serve(folder.path());
        let (code, printed) = typed(folder.path(), &serving.kubeconfig, self.before);
        assert_eq!(code, Some(0), "$ {}\n{printed}", self.before);
        let namespace = if self.form.ends_with("-A") { "" } else { " -n databases" };
        let line = format!("kubectl mesh-export {}{namespace} 2>said", self.form);
        let (code, printed) = typed(folder.path(), &serving.kubeconfig, &line);
        let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
        assert_eq!(code, Some(self.code), "$ {line}\n{printed}{said}");
        for (text, expected) in [(&printed, self.prints), (&said, self.says)] {
            for words in expected {
                assert!(text.contains(words), "$ {line}\n{words:?} is not in:\n{text}");
            }
        }
        secrets_are_not_in(&said, folder.path(), &serving.kubeconfig);
        (printed, said)
    }
}

/// The token of the user, and those that the Secret of the Link holds.
fn secrets_are_not_in(said: &str, folder: &Path, kubeconfig: &str) {
    let text = std::fs::read_to_string(kubeconfig).unwrap();
    let of_user: Value = serde_saphyr::from_str(&text).unwrap();
    let token = of_user["users"][0]["user"]["token"].as_str().unwrap();
    let get = "kubectl --context apps -n linkerd-multicluster get secret cluster-credentials-infra -o \
               jsonpath='{.data.kubeconfig}'";
    let (code, secret) = typed(folder, kubeconfig, get);
    assert_eq!((code, secret.len() > 100), (Some(0), true), "{secret}");
    for hidden in [token, &secret] {
        assert!(!said.contains(hidden), "{hidden} is in:\n{said}");
    }
}

/// Each starts clusters and waits for them most of the time: several at once.
#[test]
fn every_form_does_what_its_row_says() {
    if !can_type() {
        return;
    }
    let done = std::thread::scope(|scope| {
        let typing = ROWS.each_ref().map(|row| scope.spawn(|| row.done()));
        typing.map(|row| row.join().expect("its thread has said why not"))
    });
    let of = |form: &str| &done[ROWS.iter().position(|row| row.form.ends_with(form)).unwrap()];
    let headers = |said: &str| said.contains("> accept:");
    assert!(!headers(&of("-v 6").1), "headers are for -v 8");
    let record: Value = serde_json::from_str(&of("-o json").0).unwrap();
    assert_eq!((&record["kind"], &record["changes"][0]["outcome"]), (&"Export".into(), &"done".into()));
    assert_eq!(of("-o name").0, "service/postgres-rw-infra\n");
}

#[test]
fn an_undo_removes_mirrors_that_a_deleted_link_left_when_somebody_says_yes() {
    const ASKED: &str = "edge: svc/databases/postgres-rw-infra: to be deleted: its Link is gone";
    const GONE: &str = "service/postgres-rw-infra deleted\n";
    if !can_type() {
        return;
    }
    Row { says: &[ASKED], ..row("undo svc/postgres-rw", Three, LEFT, 8) }.done();
    Row { prints: &[GONE], ..row("undo svc/postgres-rw --yes", Three, LEFT, 0) }.done();
}
