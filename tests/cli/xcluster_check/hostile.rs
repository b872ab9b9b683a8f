//! Files that somebody made to do harm, or by mistake: an answer, bounded, and nothing that drives a terminal.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::worlds::{STANDS_STILL, kubectl, plugin};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use testkit::kubectl::{Kubectl, Outcome, program};

/// What was collected of two clusters, a folder for each.
fn collected() -> TempDir {
    let (kubectl, folder) = (kubectl(STANDS_STILL), TempDir::new().unwrap());
    let written = kubectl.run(["xcluster-check", "collect", folder.path().to_str().unwrap()]);
    assert_eq!(written.code, Some(0), "{written}");
    folder
}

fn words(folder: &Path, flag: &str, more: &[&str]) -> Vec<String> {
    let pair = |name: &str| format!("{name}={}/{name}", folder.display());
    let words = ["xcluster-check".to_owned(), flag.to_owned(), pair("infra"), flag.to_owned(), pair("apps")];
    words.into_iter().chain(more.iter().map(|word| (*word).to_owned())).collect()
}

/// Without a kubeconfig, so that nothing can be asked of anybody.
fn alone() -> Kubectl {
    Kubectl::new(plugin()).kubeconfig("/dev/null").env("TERM", "dumb")
}

fn judged(folder: &Path, flag: &str, more: &[&str]) -> Outcome {
    alone().run(words(folder, flag, more))
}

/// So many Services with this value of the label that asks for a mirror.
fn services(count: usize, value: &str) -> String {
    let mut text = String::new();
    for number in 0..count {
        write!(
            text,
            "---\n{{apiVersion: v1, kind: Service, metadata: {{name: s{number}, namespace: databases, labels: \
             {{mirror.linkerd.io/exported: '{value}'}}}}, spec: {{clusterIP: 10.0.0.1, ports: [{{port: 80}}]}}}}\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn ten_thousand_findings_are_a_few_lines_for_people_and_all_there_for_programs() {
    if program().is_none() {
        return;
    }
    let folder = collected();
    let many = folder.path().join("infra/many.yaml");
    for (flag, value, check) in
        [("--from", "true", "mirror-missing"), ("--manifests", "ture", "export-label")]
    {
        fs::write(&many, services(10_000, value)).unwrap();
        let shown = judged(folder.path(), flag, &[]);
        assert_eq!(shown.code, Some(3), "{} {}", shown.stderr, shown.stdout.len());
        assert!(shown.stdout.lines().count() < 200, "{}", shown.stdout.lines().count());
        let report = judged(folder.path(), flag, &["-o", "json"]).json();
        let found = report["findings"].as_array().unwrap().iter().filter(|one| one["check"] == check).count();
        assert_eq!(found, 10_000, "{check}");
    }
}

const ODD: [&str; 12] = [
    "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: databases}}",
    "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: databases, labels: null}, spec: null, status: []}",
    "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: databases, labels: {mirror.linkerd.io/exported: 'true'}}, spec: {ports: [{port: '80'}, {port: -1}, {port: 70000}, 7, null]}}",
    "{apiVersion: multicluster.linkerd.io/v1alpha3, kind: Link, metadata: {name: a, namespace: linkerd-multicluster}, spec: {}}",
    "{apiVersion: multicluster.linkerd.io/v1alpha3, kind: Link, metadata: {name: a, namespace: linkerd-multicluster}, spec: []}",
    "{apiVersion: multicluster.linkerd.io/v1alpha3, kind: Link, metadata: {name: a, namespace: linkerd-multicluster}, spec: {selector: {matchExpressions: null}, gatewayPort: [1], probeSpec: 7}}",
    "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: linkerd-multicluster, uid: u, ownerReferences: [{kind: ReplicaSet, name: b, uid: v}]}, spec: {containers: null}}\n---\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: b, namespace: linkerd-multicluster, uid: v, ownerReferences: [{kind: Pod, name: a, uid: u}, {kind: ReplicaSet, name: b, uid: v}]}}",
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: linkerd-multicluster, creationTimestamp: soon}, spec: {replicas: many, template: 7}}",
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: linkerd-identity-trust-roots, namespace: linkerd}, data: {ca-bundle.crt: 'no certificate'}}",
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: databases}, spec: {podSelector: 7, ingress: {}, egress: [null]}}",
    "{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDR: 7}, status: {conditions: {}}}",
    "\u{feff}apiVersion: v1\r\nkind: Secret\r\nmetadata: {name: a, namespace: linkerd-multicluster}\r\ndata: {kubeconfig: 7}\r\n",
];

#[test]
fn what_no_api_server_would_have_is_judged_without_a_bug_and_of_neither_kind_of_files_refused() {
    if program().is_none() {
        return;
    }
    let folder = collected();
    let long = format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: a, namespace: databases, annotations: {{a: '{}'}}}}}}",
        "x".repeat(1 << 20)
    );
    for text in ODD.into_iter().chain([long.as_str(), ""]) {
        fs::write(folder.path().join("infra/odd.yaml"), text).unwrap();
        // Where each of them is looked for.
        fs::write(folder.path().join("apps/odd.yaml"), text).unwrap();
        for flag in ["--from", "--manifests"] {
            let said = judged(folder.path(), flag, &["-o", "name"]);
            let shown: String = text.chars().take(200).collect();
            assert!(matches!(said.code, Some(0 | 3 | 4)), "{flag}: {shown}: {said}");
        }
    }
}

#[test]
fn nothing_that_a_file_holds_drives_a_terminal() {
    if program().is_none() {
        return;
    }
    let folder = collected();
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: \"a\\e]0;owned\\a\\e[31m\\u202e\"\n  namespace: \
                databases\n  labels: {mirror.linkerd.io/exported: 'true', \"\\e[2J\": \"\\e[5m\"}\nspec: {type: \"\\eExternalName\", ports: []}\n";
    fs::write(folder.path().join("infra/odd.yaml"), text).unwrap();
    let link = "apiVersion: multicluster.linkerd.io/v1alpha3\nkind: Link\nmetadata: {name: \"b\\e[31m\", namespace: \
                linkerd-multicluster}\nspec: {targetClusterName: \"infra\", gatewayAddress: \"\\e[31mx y\", selector: {matchExpressions: [{key: \"\\e[1m\", operator: \"\\e]0;x\\a\"}]}}\n";
    fs::write(folder.path().join("apps/odd.yaml"), link).unwrap();
    let odd = |letter: char| letter == '\u{1b}' || letter == '\u{7}' || letter == '\u{202e}';
    for flag in ["--from", "--manifests"] {
        for more in [&[][..], &["-o", "wide"], &["-o", "yaml"]] {
            let shown = alone().run_on_terminal(100, words(folder.path(), flag, more));
            assert!(shown.stderr.contains("owned") || shown.stderr.contains("link-fields"), "{shown}");
            assert!(!shown.stderr.contains(odd), "{flag} {more:?}: {:?}", shown.stderr);
        }
        for format in ["json", "junit", "sarif", "html"] {
            let printed = judged(folder.path(), flag, &["-o", format]);
            assert!(!printed.stdout.contains(['\u{1b}', '\u{7}']), "{flag} {format}");
        }
    }
}

#[test]
fn a_field_of_an_unexpected_type_is_named_with_its_object_and_place() {
    if program().is_none() {
        return;
    }
    let folder = collected();
    let odd = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: linkerd-multicluster, labels: \
               {\"b\\e[2J\": c}}\nspec: {replicas: many}\n";
    let file = folder.path().join("infra/odd.yaml");
    for (text, field) in
        [(odd, "spec.replicas"), (&odd.replace("c}", "7}").replace("many", "1"), "metadata.labels.b")]
    {
        fs::write(&file, text).unwrap();
        let told = judged(folder.path(), "--from", &["-o", "yaml"]);
        let place = format!("linkerd-multicluster/a ({}:2:1)", file.display());
        assert!(told.stdout.contains("notLookedAt: true") && told.stdout.contains(&place), "{told}");
        assert!(told.stdout.contains(field) && !told.stdout.contains('\u{1b}'), "{told}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    if program().is_none() {
        return;
    }
    let folder = collected();
    let bomb =
        format!("a: &a [{}]\nb: &b [{}]\nc: [{}]\n", "x,".repeat(999), "*a,".repeat(999), "*b,".repeat(999));
    let deep = "[".repeat(100_000);
    let file = folder.path().join("infra/odd.yaml");
    for (bytes, words) in [
        (bomb.as_bytes(), "odd.yaml:2:"),
        (deep.as_bytes(), "odd.yaml:1:"),
        (b"kind: \xff\n", "odd.yaml:1:7: not UTF-8 text"),
        (b"a: 1\n\tb: 2\n", "found a tab"),
        (b"a: 1\na: 2\n", "odd.yaml:2:1: the key \"a\" is there twice"),
    ] {
        fs::write(&file, bytes).unwrap();
        let refused = judged(folder.path(), "--from", &[]);
        assert_eq!(refused.code, Some(2), "{words}: {refused}");
        assert!(refused.stderr.contains(words) && refused.stderr.contains("next: correct it"), "{refused}");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    std::os::unix::fs::symlink(folder.path(), file.join("circle.yaml")).unwrap();
    fs::write(file.join("empty.yaml"), "").unwrap();
    let twice = judged(folder.path(), "--from", &[]);
    assert_eq!(twice.code, Some(2), "{twice}");
    assert!(
        twice.stderr.contains("is in ") && twice.stderr.contains(" already"),
        "a link leads to the other cluster: {twice}"
    );
    fs::remove_file(file.join("circle.yaml")).unwrap();
    std::os::unix::fs::symlink(&file, file.join("circle.yaml")).unwrap();
    let well = judged(folder.path(), "--from", &["--skip", "credentials-server"]);
    assert!(matches!(well.code, Some(0 | 3)), "a folder whose name ends like a file, and a circle: {well}");
    std::os::unix::fs::symlink("/nowhere", file.join("gone.yaml")).unwrap();
    let gone = judged(folder.path(), "--from", &[]);
    assert!(gone.stderr.contains("/odd.yaml/gone.yaml: no such file or directory"), "{gone}");
}
