use super::*;
use crate::cluster::Archive;
use std::fs;
use std::os::unix::fs::symlink;
use tempfile::TempDir;

fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The Services of a folder and of what it leads to, with their hosts, and what was not read.
#[track_caller]
fn read(root: &Path, folders: &[&str]) -> (Vec<String>, Vec<String>) {
    let folders: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let archive = Archive::read_manifests(&folders).unwrap();
    let services = archive.tables.get("", "services").map(|table| table.of(None).collect::<Vec<_>>());
    let told = |text: &str| {
        let object: serde_json::Value = serde_json::from_str(text).unwrap();
        let of = |pointer: &str| object.pointer(pointer).map(|one| one.as_str().unwrap().to_owned());
        let host = of("/spec/externalName").map(|host| format!("={host}")).unwrap_or_default();
        format!("{}/{}{host}", of("/metadata/namespace").unwrap(), of("/metadata/name").unwrap())
    };
    let services = services.unwrap_or_default().into_iter().map(|kept| told(&kept.text)).collect();
    let place = format!("{}/", root.display());
    (services, archive.apart().unread.iter().map(|one| one.replace(&place, "")).collect())
}

fn service(name: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}}}\n")
}

fn flux(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\n\
         spec:\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}---\n"
    )
}

#[test]
fn paths_of_flux_are_followed_within_the_repository_of_what_applies_them() {
    let own = flux("flux-system", "./clusters/infra", "");
    let elsewhere = flux("podinfo", "./kustomize", "").replace("name: flux-system}\n", "name: podinfo}\n");
    let remote = flux("remote", "./remote", "  kubeConfig: {secretRef: {name: apps}}\n");
    let patched = flux("patched", "./patched", "  patches: [{patch: x, target: {kind: Service}}]\n");
    let releases = flux("releases", "releases/", "  patches: [{patch: x, target: {kind: HelmRelease}}]\n");
    let all = [own, flux("apps", "./apps/infra", ""), elsewhere, remote, patched, releases];
    let (all, web) =
        (all.join("") + &flux("up", "../outside", "") + &flux("gone", "./gone", ""), service("web"));
    let files = [
        ("clusters/infra/flux.yaml", all.as_str()),
        ("clusters/apps/web.yaml", &service("other")),
        ("apps/infra/kustomization.yaml", "resources: [web.yaml, ../base]\n"),
        ("apps/infra/web.yaml", &web),
        ("apps/infra/draft.yaml", &service("draft")),
        ("apps/base/base.yaml", &service("base")),
        ("kustomize/a.yaml", &service("podinfo")),
        ("remote/a.yaml", &service("remote")),
        ("patched/a.yaml", &service("patched")),
        ("releases/a.yaml", &service("releases")),
    ];
    let folder = repository(&files);
    let expected = ["default/base", "default/releases", "default/web"].map(str::to_owned);
    let unread = "patched, which clusters/infra/flux.yaml applies with changes".to_owned();
    for is_git in [false, true] {
        if is_git {
            fs::create_dir(folder.path().join(".git")).unwrap();
        }
        let (services, left) = read(folder.path(), &["clusters/infra"]);
        // Without a root nobody knows where the repository ends.
        assert_eq!((services.as_slice(), left), (&expected[..], vec![unread.clone()]), "{is_git}");
    }
    let (both, _) = read(folder.path(), &["clusters/infra", "clusters/apps", "apps/infra", "apps/infra"]);
    assert_eq!(both.join(" "), "default/base default/draft default/other default/releases default/web");
}

#[test]
fn what_a_kustomization_takes_in_is_followed_unless_it_changes_it_or_it_lies_outside() {
    let outside = repository(&[("a.yaml", &service("outside"))]);
    let far = format!("resources: [../../base, ../../more, {}]\n", outside.path().display());
    let files = [
        (".git/HEAD", ""),
        ("clusters/infra/kustomization.yaml", far.as_str()),
        ("clusters/infra/shop/kustomization.yaml", "resources: [../../../patched]\nnamePrefix: a-\n"),
        (
            "base/kustomization.yaml",
            "namespace: shop\nresources: [web.yaml, ../file.yaml, https://example.com/a]\n",
        ),
        ("base/web.yaml", &service("web")),
        ("file.yaml", &service("file")),
        ("more/own.yaml", &service("own")),
        ("patched/a.yaml", &service("patched")),
    ];
    let folder = repository(&files);
    symlink(outside.path().join("a.yaml"), folder.path().join("more/link.yaml")).unwrap();
    let (services, unread) = read(folder.path(), &["clusters/infra"]);
    assert_eq!(services, ["default/own", "shop/file", "shop/web"]);
    let outside =
        format!("{}, which clusters/infra takes in from outside of the repository", outside.path().display());
    assert_eq!(unread, [outside.as_str(), "patched, which clusters/infra/shop takes in and changes"]);
}

#[test]
fn what_flux_fills_in_is_filled_in_where_it_is_written() {
    let host = |name: &str, host: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{externalName: '{host}'}}}}\n"
        )
    };
    let values = "  postBuild: {substitute: {host: a.example, n: 1}}\n";
    let filling = flux("a", "./a", values) + &flux("b", "./b", &format!("{values}  targetNamespace: shop\n"));
    let more = "  postBuild: {substitute: {host: c.example}, substituteFrom: [{kind: ConfigMap, name: c}]}\n";
    let all = filling + &flux("c", "./c", more);
    let files = [
        (".git/HEAD", ""),
        ("clusters/infra/flux.yaml", all.as_str()),
        ("a/a.yaml", &host("a", "x-${host}-${n}")),
        ("a/b.yaml", &host("else", "${other:=b.example}")),
        ("a/c.yaml", &host("lost", "${other}")),
        ("b/a.yaml", &host("b", "${host}")),
        ("c/a.yaml", &host("c", "${host}")),
        ("c/b.yaml", &host("from", "${other:=b.example}")),
    ];
    let folder = repository(&files);
    let (services, _) = read(folder.path(), &["clusters/infra"]);
    assert_eq!(
        services,
        ["default/a=x-a.example-1", "default/c=c.example", "default/else=b.example", "shop/b=a.example"]
    );
    let archive = Archive::read_manifests(&[folder.path().join("clusters/infra")]).unwrap();
    assert_eq!(archive.apart().unfilled, ["Service lost", "Service from"]);
}
