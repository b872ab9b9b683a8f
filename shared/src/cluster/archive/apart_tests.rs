use super::*;
use crate::cluster::Archive;
use std::fs;
use tempfile::TempDir;

/// A repository with these files.
fn repository(files: &[(&str, &str)]) -> (TempDir, Result<Archive, Failure>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let archive = Archive::read_manifests(&[folder.path().to_owned()]);
    (folder, archive)
}

fn service(name: &str, more: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\n{more}")
}

#[track_caller]
fn passed_over(files: &[(&str, &str)], expected: &Apart, objects: usize) {
    let (_folder, archive) = repository(files);
    let archive = archive.unwrap();
    assert_eq!((archive.apart(), archive.count()), (expected, objects), "{files:?}");
}

#[test]
fn what_sops_has_encrypted_and_what_is_filled_in_later_is_counted() {
    let encrypted =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {b: 'ENC[AES256_GCM,x]'}\nsops: {mac: x}\n";
    passed_over(&[("a.yaml", encrypted)], &Apart { encrypted: 1, ..Apart::default() }, 0);
    let map = |values: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{b: '{values}'}}")
    };
    for (text, named) in [
        (service("'web-${STAGE}'", ""), "Service web-${STAGE}"),
        (service("web", "spec: {externalName: '{{ .Values.host }}'}"), "Service web"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 'a-${b}'}".to_owned(), "Deployment a-${b}"),
        (map("domain: ${DOMAIN}"), "ConfigMap a"),
    ] {
        let unfilled = Apart { unfilled: vec![named.to_owned()], ..Apart::default() };
        passed_over(&[("a.yaml", &text)], &unfilled, 0);
    }
    // What Linkerd's chart writes into its own settings, as they are applied.
    passed_over(&[("a.yaml", &map("selector: [\"{{ .Release.Namespace }}\"]"))], &Apart::default(), 1);
    let script = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {command: ['echo ${HOME}']}}";
    for text in [script, &service("web", "spec: {note: 'costs $5 and ${ }'}")] {
        passed_over(&[("a.yaml", text)], &Apart::default(), 1);
    }
}

#[test]
fn a_template_is_named_and_what_holds_no_object_is_counted_whatever_it_is() {
    let template =
        "apiVersion: v1\nkind: Service\n{{- if .Values.web }}\nmetadata: {name: web}\n{{- end }}\n";
    let (folder, archive) = repository(&[("a.yaml", template), ("b.yaml", &service("web", ""))]);
    let archive = archive.unwrap();
    assert_eq!(archive.apart().templates, [folder.path().join("a.yaml")]);
    assert_eq!(archive.count(), 1);
    passed_over(&[("tsconfig.json", "{ // no\n}")], &Apart { foreign: 1, ..Apart::default() }, 0);
    let (folder, archive) =
        repository(&[("a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web\n")]);
    let broken = archive.unwrap_err();
    let place = format!("{}/a.yaml:", folder.path().display());
    assert!(broken.what.starts_with(&place), "{broken:?}");
    assert!(broken.next.starts_with("correct it"), "{broken:?}");
}

const BASE: &str = "resources: [web.yaml]\n";

#[test]
fn a_kustomization_is_no_object_its_patches_are_none_and_that_it_changes_files_is_told() {
    let web = service("web", "");
    let plain = Apart { foreign: 1, ..Apart::default() };
    passed_over(&[("kustomization.yaml", BASE), ("web.yaml", &web)], &plain, 1);
    let patch = service("web", "spec: {type: LoadBalancer}");
    for patches in ["patches: [{path: web.yaml}]", "patchesStrategicMerge: [./web.yaml, \"a: 1\\nb: 2\"]"] {
        let overlay = format!("resources: [../base]\n{patches}\n");
        let files = [
            ("base/kustomization.yaml", BASE),
            ("base/web.yaml", &web),
            ("prod/kustomization.yaml", &overlay),
            ("prod/web.yaml", &patch),
        ];
        let (folder, archive) = repository(&files);
        let archive = archive.unwrap();
        let changing = vec![folder.path().join("prod/kustomization.yaml")];
        let expected = Apart { foreign: 2, patches: 1, changing, ..Apart::default() };
        assert_eq!((archive.apart(), archive.count()), (&expected, 1), "{patches}");
    }
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {}\npatches: [{}]";
    passed_over(&[("kustomization.yaml", flux)], &Apart::default(), 1);
}

#[test]
fn the_same_manifest_twice_is_meant_once_and_two_that_differ_are_refused() {
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
    passed_over(&[("a/ns.yaml", namespace), ("b/ns.yaml", namespace)], &Apart::default(), 1);
    let (one, other) = (service("web", ""), service("web", "spec: {type: LoadBalancer}"));
    let (_folder, twice) = repository(&[("dev/web.yaml", &one), ("prod/web.yaml", &other)]);
    let twice = twice.unwrap_err();
    assert!(twice.what.contains("/prod/web.yaml:1:1: Service shop/web is in "), "{twice:?}");
    assert!(twice.next.contains("`kubectl kustomize DIR`"), "{twice:?}");
}

/// The namespaces of the Services of a repository.
fn namespaces(files: &[(&str, &str)]) -> Vec<Option<String>> {
    let (_folder, archive) = repository(files);
    let archive = archive.unwrap();
    let table = archive.tables.get("", "services").unwrap();
    table.of(None).map(|one| one.namespace.clone()).collect()
}

#[test]
fn a_kustomization_puts_what_it_takes_in_into_its_namespace() {
    let bare = "{apiVersion: v1, kind: Service, metadata: {name: web}}";
    let takes = |what: &str, namespace: &str| format!("resources: [{what}]\nnamespace: {namespace}\n");
    let some = |name: &str| Some(name.to_owned());
    let (one, other) = (takes("web.yaml", "team-a"), takes("web.yaml", "team-b"));
    let teams = [
        ("a/kustomization.yaml", one.as_str()),
        ("a/web.yaml", bare),
        ("b/kustomization.yaml", &other),
        ("b/web.yaml", bare),
    ];
    assert_eq!(namespaces(&teams), [some("team-a"), some("team-b")]);
    let outer = takes("../a", "outer");
    let nested =
        [("a/kustomization.yaml", one.as_str()), ("a/web.yaml", bare), ("o/kustomization.yaml", &outer)];
    assert_eq!(namespaces(&nested), [some("outer")], "the outermost counts");
    let another = takes("../a", "other");
    let shared = [&nested[..], &[("p/kustomization.yaml", another.as_str())]].concat();
    assert_eq!(namespaces(&shared), [some("default")], "nobody knows which of two");
    assert_eq!(namespaces(&[("a/web.yaml", bare)]), [some("default")]);
}
