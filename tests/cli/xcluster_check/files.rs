//! Clusters in files, as kubectl writes them: the same verdict as of the clusters themselves.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::worlds::{STANDS_STILL, kubectl, plugin, typed};
use std::path::PathBuf;
use testkit::kubectl::{Kubectl, Outcome, program};

/// Everything of both clusters, each in a folder of its own.
fn dumped(kubectl: &Kubectl) -> [String; 4] {
    let folder = |cluster: &str| kubectl.home().join("dump").join(cluster);
    for cluster in ["infra", "apps"] {
        let printed = |words: &[&str]| {
            let outcome = kubectl.run(["--context", cluster].iter().chain(words));
            assert_eq!(outcome.code, Some(0), "{outcome}");
            outcome.stdout
        };
        let kinds = printed(&["api-resources", "--verbs=list", "-o", "name"]);
        let kinds = kinds.split_whitespace().collect::<Vec<_>>().join(",");
        let text = printed(&["get", &kinds, "-A", "-o", "yaml", "--show-managed-fields"]);
        std::fs::create_dir_all(folder(cluster)).unwrap();
        std::fs::write(folder(cluster).join("all.yaml"), text).unwrap();
        std::fs::write(folder(cluster).join("meta.yaml"), "serverVersion: v1.36.0").unwrap();
    }
    let pair = |cluster: &str| format!("{cluster}={}", folder(cluster).display());
    ["--from".to_owned(), pair("infra"), "--from".to_owned(), pair("apps")]
}

/// Servers of a test have no other address than that of this machine.
pub(crate) const CHECK: [&str; 3] = ["xcluster-check", "--skip", "credentials-server"];

/// What is found, as it is in every run.
pub(crate) const FINGERPRINTS: [&str; 2] = ["-o", "jsonpath={.findings[*].fingerprint}"];

/// A platform with an export that nobody mirrors.
pub(crate) fn unmirrored() -> Kubectl {
    let kubectl = kubectl(STANDS_STILL);
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    kubectl
}

/// Without a kubeconfig, so that nothing can be asked of anybody.
pub(crate) fn judged<T: AsRef<str>>(from: &[T], more: &[&str]) -> Outcome {
    let words = CHECK.into_iter().chain(from.iter().map(AsRef::as_ref)).chain(more.iter().copied());
    Kubectl::new(plugin()).kubeconfig("/dev/null").run(words)
}

#[test]
fn files_are_judged_as_the_clusters_were_and_each_object_is_found_in_them() {
    if program().is_none() {
        return;
    }
    let kubectl = unmirrored();
    let live = kubectl.run(CHECK.iter().chain(&FINGERPRINTS));
    assert_eq!(live.code, Some(3), "{live}");
    let from = dumped(&kubectl);
    let files = judged(&from, &FINGERPRINTS);
    assert_eq!((files.code, files.stdout), (Some(3), live.stdout), "{}", files.stderr);
    let shown = judged(&from, &[]);
    let place = PathBuf::from(from[3].split_once('=').unwrap().1).join("all.yaml");
    assert!(shown.stdout.contains(&format!("in {}:", place.display())), "{shown}");
}

/// A folder without a manifest.
const SOURCES: &str = concat!("infra=", env!("CARGO_MANIFEST_DIR"), "/src");

#[test]
fn what_is_no_pair_or_no_folder_is_refused() {
    if program().is_none() {
        return;
    }
    for (from, words) in [
        (&["--from", "infra"][..], "does not say which cluster a folder is of"),
        (&["--from", "infra=/nowhere/at/all"], "/nowhere/at/all"),
        (&["--from", SOURCES], "holds no objects of Kubernetes"),
    ] {
        let refused = judged(from, &[]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(words) && refused.stderr.contains("next: "), "{refused}");
    }
}

#[test]
fn who_keeps_secrets_to_himself_is_told_how_to_say_so() {
    if program().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let link = "apiVersion: multicluster.linkerd.io/v1alpha3\nkind: Link\nmetadata: {name: infra, namespace: \
                linkerd-multicluster}\nspec: {targetClusterName: infra, clusterCredentialsSecret: one}\n";
    for (name, text) in
        [("infra", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"), ("apps", link)]
    {
        std::fs::create_dir(place(name)).unwrap();
        std::fs::write(place(name).join("all.yaml"), text).unwrap();
    }
    let pair = |name: &str| format!("{name}={}", place(name).display());
    let from = ["--from".to_owned(), pair("infra"), "--from".to_owned(), pair("apps")];
    let warning = format!("apps: no Secret is in {}, ", place("apps").display());
    let silent = judged(&from, &[]);
    assert!(silent.stderr.contains(&warning), "{silent}");
    assert!(silent.stdout.contains("error: apps: link/linkerd-multicluster/infra"), "{silent}");
    std::fs::write(place("apps").join("meta.yaml"), "denied: [secrets]").unwrap();
    let said = judged(&from, &[]);
    assert!(!said.stderr.contains(&warning), "{said}");
    assert!(said.stdout.contains("unknown: apps: link/linkerd-multicluster/infra"), "{said}");
}

#[test]
fn what_is_collected_is_judged_as_the_clusters_were_and_opens_nothing() {
    if program().is_none() {
        return;
    }
    let kubectl = unmirrored();
    let secret = "-n linkerd-multicluster get secrets -o jsonpath={.items[*].data.kubeconfig}";
    let credentials = kubectl.run(["--context", "apps"].into_iter().chain(secret.split(' '))).stdout;
    assert!(credentials.len() > 100, "a Link has credentials: {credentials}");
    let folder = kubectl.home().join("collected");
    let written = kubectl.run(["xcluster-check", "collect", &folder.to_string_lossy()]);
    assert_eq!(written.code, Some(0), "{written}");
    assert!(written.stderr.contains("apps: ") && written.stderr.contains(" objects in "), "{written}");
    let from: Vec<String> = written.stdout.trim().split(' ').skip(2).map(str::to_owned).collect();
    let live = kubectl.run(CHECK.iter().chain(&FINGERPRINTS));
    let judged = judged(&from, &FINGERPRINTS);
    assert_eq!((judged.code, &judged.stdout), (Some(3), &live.stdout), "{judged}");
    let meta = std::fs::read_to_string(folder.join("apps/meta.yaml")).unwrap();
    assert!(meta.contains("serverVersion: v1."), "{meta}");
    let text = std::fs::read_to_string(folder.join("apps/objects.yaml")).unwrap();
    assert!(text.contains("kind: Secret") && text.contains("kind: Link"), "{text}");
    assert!(!text.contains(credentials.split(' ').next().unwrap()), "credentials are not collected");
    let again = kubectl.run(["xcluster-check", "collect", &folder.to_string_lossy()]);
    assert_eq!(again.code, Some(2), "{again}");
    assert!(again.stderr.contains("is there already"), "{again}");
}
