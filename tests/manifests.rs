//! Manifests of a repository: what is right is told so whatever else a repository lacks, and each mistake in them is named.

#![expect(clippy::unwrap_used, reason = "what the tests share may end a test at once, as a test may")]

use platform::cluster::{Archive, ClusterSet};
use platform::mesh::fleetwide::{Judged, judge};
use platform::mesh::observe::sides;
use platform::terms::{ClusterName, ContextName, Fleet, Member};
use platform::verdict::{Finding, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// The files of a repository, below its folder.
type Files = BTreeMap<PathBuf, String>;

fn healthy() -> Files {
    fn take(root: &Path, folder: &Path, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                take(root, &entry.path(), files);
            } else {
                let name = entry.path().strip_prefix(root).unwrap().to_owned();
                files.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let (root, mut files) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests"), Files::new());
    take(&root, &root, &mut files);
    files
}

async fn judged(files: &Files) -> Judged {
    let folder = TempDir::new().unwrap();
    for name in CLUSTERS {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let member = |name: &str| Member { name: ClusterName::new(name), context: ContextName(name.to_owned()) };
    let read = |name: &str| Archive::read_manifests(&[folder.path().join(name)]).unwrap();
    let archives = CLUSTERS.map(|name| (ClusterName::new(name), read(name))).into();
    let fleet = Fleet::new(CLUSTERS.map(member).to_vec()).unwrap();
    let set = ClusterSet::of_archives(fleet, ClusterName::new("infra"), archives).unwrap();
    judge(&Box::pin(sides(&set, None)).await, &|_| true)
}

fn mattering(judged: &Judged) -> Vec<&Finding> {
    let all = judged.causes.iter().flat_map(|cause| [&cause.finding].into_iter().chain(&cause.effects));
    all.filter(|finding| finding.severity > Severity::Info).collect()
}

#[tokio::test]
async fn nothing_is_wrong_in_a_repository_that_is_right_and_what_was_not_looked_at_is_counted() {
    let judged = judged(&healthy()).await;
    assert_eq!(mattering(&judged), Vec::<&Finding>::new());
    let looked = judged.looked;
    assert_eq!((looked.links, looked.mirrors), (1, 2), "{looked:?}");
    assert!(looked.questions > 30 && looked.unanswered > 60, "{looked:?}");
    let infos: Vec<&str> = judged.causes.iter().map(|cause| cause.finding.summary.as_str()).collect();
    let [info] = infos.as_slice() else { panic!("{infos:?}") };
    assert!(info.starts_with("not looked at: what only a running cluster shows (needed by "), "{info}");
}

/// The documents of a repository, each with its file.
fn documents(files: &Files) -> Vec<(PathBuf, String)> {
    let of_file = |(path, text): (&PathBuf, &String)| {
        text.split("---\n").map(|document| (path.clone(), document.to_owned())).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

fn joined(documents: &[(PathBuf, String)]) -> Files {
    let mut files = Files::new();
    for (path, document) in documents {
        let text = files.entry(path.clone()).or_default();
        text.push_str("---\n");
        text.push_str(document);
    }
    files
}

/// A chart, an operator or another repository may make it.
#[tokio::test]
async fn what_a_repository_lacks_is_no_fault() {
    let all = documents(&healthy());
    assert!(all.len() > 20);
    let kind = |document: &str| {
        document.lines().find_map(|line| line.strip_prefix("kind: ")).unwrap_or_default().to_owned()
    };
    let kinds: BTreeSet<String> = all.iter().map(|(_, document)| kind(document)).collect();
    let without_kind = kinds.iter().map(|gone| {
        let left = all.iter().filter(|(_, document)| kind(document) != *gone).cloned().collect();
        (format!("no {gone}"), left)
    });
    let without_one = (0..all.len()).map(|gone| {
        let mut left = all.clone();
        let (path, document) = left.remove(gone);
        (format!("{}: {document}", path.display()), left)
    });
    let alone = all.iter().map(|(path, document)| (document.clone(), vec![(path.clone(), document.clone())]));
    let worlds: Vec<(String, Vec<(PathBuf, String)>)> =
        without_kind.chain(without_one).chain(alone).collect();
    for (what, left) in worlds {
        let judged = judged(&joined(&left)).await;
        assert_eq!(mattering(&judged), Vec::<&Finding>::new(), "{what}");
    }
}

const SERVICES: &str = "infra/databases.yaml";
const RENDERED: &str = "infra/linkerd/rendered.yaml";
const LINK: &str = "apps/link.yaml";
const PLATFORM: &str = "apps/platform.yaml";

/// Another Link to the same target, and what follows it in the file.
const SECOND: &str = "---
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: other, namespace: linkerd-multicluster}
spec:
  targetClusterName: infra
  clusterCredentialsSecret: cluster-credentials-other
  gatewayAddress: 203.0.113.7
  gatewayPort: '4143'
  gatewayIdentity: linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local
  probeSpec: {path: /ready, period: 3s, port: '4191'}
  selector: {matchLabels: {mirror.linkerd.io/exported: 'true'}}
  remoteDiscoverySelector: {matchLabels: {mirror.linkerd.io/exported: remote-discovery}}
---
apiVersion: v1
kind: Secret";

#[tokio::test]
async fn a_link_to_a_cluster_that_is_no_part_of_the_run_is_worth_knowing() {
    let mut files = healthy();
    let text = files.get_mut(Path::new(LINK)).unwrap();
    let edge = SECOND.replace("targetClusterName: infra", "targetClusterName: edge");
    *text = text.replacen("---\napiVersion: v1\nkind: Secret", &edge, 1);
    let judged = judged(&files).await;
    assert_eq!(mattering(&judged), Vec::<&Finding>::new());
    let told: Vec<&str> = judged.causes.iter().map(|cause| cause.finding.summary.as_str()).collect();
    assert!(
        told.contains(&"the Link other of apps points to edge, which is not part of this run"),
        "{told:?}"
    );
}

/// A kubeconfig for `https://127.0.0.1:6443`, as a Secret has it.
const LOOPBACK: &str = "eyJjbHVzdGVycyI6W3sibmFtZSI6ImEiLCJjbHVzdGVyIjp7InNlcnZlciI6Imh0dHBzOi8vMTI3LjAuMC4xOjY0NDMifX1dLCJj\
    b250ZXh0cyI6W3sibmFtZSI6ImEiLCJjb250ZXh0Ijp7ImNsdXN0ZXIiOiJhIiwidXNlciI6ImEifX1dLCJjdXJyZW50LWNvbnRl\
    eHQiOiJhIiwidXNlcnMiOlt7Im5hbWUiOiJhIiwidXNlciI6eyJ0b2tlbiI6IngifX1dfQ==";

#[tokio::test]
async fn credentials_in_clear_that_lead_into_the_pod_of_the_controller_are_told() {
    let mut files = healthy();
    let text = files.get_mut(Path::new(LINK)).unwrap();
    let (before, rest) = text.split_once("data: {kubeconfig: ").unwrap();
    let (_, after) = rest.split_once("version: 3.9.0}\n").unwrap();
    *text = format!("{before}data: {{kubeconfig: {LOOPBACK}}}\n{after}");
    let judged = judged(&files).await;
    let found = mattering(&judged);
    let finding = found.iter().find(|finding| finding.check == "credentials-server").unwrap();
    let remedy = "in the manifests: regenerate them in infra, apply them in apps, and restart the controller of the Link infra and \
                  linkerd-destination, which reads its own only at startup";
    assert_eq!(finding.remedy.as_ref().unwrap().action, remedy);
    assert_eq!(finding.severity, Severity::Error);
}

/// A file, what stands there, what stands there instead, the check that says so, and words of it.
type Mistake = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const MISTAKES: [Mistake; 25] = [
    (SERVICES, "exported: \"true\"", "exported: ture", "export-label", "exported=ture is selected by no Link"),
    (SERVICES, "exported: \"true\"", "exported: true", "export-label", "is true without quotes, which is not a string"),
    (SERVICES, "exported: \"true\"", "exported: \"yes\"", "export-label", "exported=yes is selected by no Link"),
    (SERVICES, "exported: \"true\"", "export: \"true\"", "export-label", "the label mirror.linkerd.io/export has no effect"),
    (SERVICES, "  labels:\n    app", "  annotations:\n    app", "export-label", "is set as an annotation"),
    (SERVICES, "port: 5432}\n", "port: 5432, protocol: UDP}\n", "export-protocol", "the mesh carries only TCP"),
    (SERVICES, "selector: {app: metrics}\n  ports", "type: ExternalName\n  externalName: a.example\n  ports", "export-shape", "ExternalName"),
    (SERVICES, "app: postgres\n", "argocd.argoproj.io/instance: x\n", "copied-labels", "Argo CD may treat it"),
    (SERVICES, "backendRefs: [{name: postgres-rw,", "backendRefs: [{name: postgres-rw-apps,", "route-circle", "to postgres-rw-apps"),
    (RENDERED, "clusterDomain: cluster.local", "clusterDomain: infra.example", "target-domain", "it is infra.example"),
    (RENDERED, "identity.linkerd.cluster.local", "identity.linkerd.other", "gateway-identity", "the gateway is linkerd-gateway"),
    (LINK, "selector: {matchLabels: {mirror.linkerd.io/exported: \"true\"}}", "selector: {matchExpressions: [{key: a, operator: Is}]}", "link-fields", "the Link cannot be used"),
    (LINK, "gatewayAddress: 203.0.113.7", "gatewayAddress: \"203.0. 113.7\"", "link-fields", "the Link cannot be used"),
    (LINK, "selector: {matchLabels: {mirror.linkerd.io/exported: \"true\"}}", "selector: {matchExpressions: [{key: a, operator: DoesNotExist}]}", "link-selects-all", "selects Services without any label"),
    (LINK, "---\napiVersion: v1\nkind: Secret", SECOND, "link-twice", "both have the target infra"),
    (LINK, "targetClusterLinkerdNamespace: linkerd\n", "targetClusterLinkerdNamespace: mesh\n", "target-control-plane", "the control plane of infra in mesh"),
    (LINK, "period: 3s", "period: \"3\"", "gateway-probe", "the gateway is not probed"),
    (LINK, "period: 3s", "failureThreshold: \"0\", period: 3s", "gateway-probe", "one lost probe takes down all mirrors"),
    (LINK, "  name: infra\n", "  name: infra-cluster\n", "credentials-name", "lets its controller read only cluster-credentials-infra-cluster"),
    (SERVICES, "  labels:\n    app", "  annotations: {config.linkerd.io/opaque-ports: '25'}\n  labels:\n    app", "opaque-ports", "port 5432"),
    (PLATFORM, "10.20.0.0/16", "10.10.128.0/17", "flat-network", "addresses of 10.10.0.0/16"),
    (PLATFORM, "bpf-lb-sock-hostns-only: \"true\"", "other: \"true\"", "cilium-sockets", ""),
    (PLATFORM, "annotations: {linkerd.io/inject: enabled}", "labels: {linkerd.io/inject: enabled}", "namespace-injection", "as a label"),
    (PLATFORM, "service-upstream: \"true\"", "other: \"true\"", "client-ingress", "the Ingress metrics routes to metrics-infra"),
    (PLATFORM, "name: web, namespace", "name: postgres-rw-infra, namespace", "mirror-name-clash", "that Linkerd did not create"),
];

#[tokio::test]
async fn each_mistake_is_named_alone_with_its_file_and_without_a_command_to_a_cluster() {
    let mut wrong = Vec::new();
    for (file, old, new, check, words) in MISTAKES {
        let mut files = healthy();
        let text = files.get_mut(Path::new(file)).unwrap();
        assert!(text.contains(old), "{file}: {old}");
        *text = text.replacen(old, new, 1);
        let judged = judged(&files).await;
        let found = mattering(&judged);
        let is_so = |finding: &&Finding| {
            let remedy = finding.remedy.as_ref().unwrap();
            let is_there = remedy.command.is_none()
                && remedy.action.starts_with("in the manifests: ")
                && !remedy.action.contains("`kubectl ");
            finding.check == check && finding.summary.contains(words) && is_there
        };
        if found.is_empty() || !found.iter().all(is_so) {
            let said: Vec<_> = found.iter().map(|one| (one.check, &one.summary, &one.remedy)).collect();
            wrong.push(format!("{check}: {new}: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
