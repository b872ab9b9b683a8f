use super::*;
use crate::verdict::Exit;
use std::fs;

#[test]
fn items_of_typed_lists_know_what_they_are_and_where() {
    let text = "{\"apiVersion\": \"v1\", \"kind\": \"ServiceList\", \"items\": [\n {\"metadata\": {\"name\": \"web\", \
                \"namespace\": \"shop\"}}]}";
    let archive = archive(Contents::Dump, "", &[("a.json", text)]).unwrap();
    let origin = archive.origin(Resource::SERVICES, Some("shop"), "web").unwrap();
    assert_eq!(origin.to_string(), "dump/a.json:2:2");
    let about = ObjectRef::namespaced(&ClusterName::new("apps"), Kind::Service, "shop", "web");
    assert_eq!(archive.origin_of(&about), Some(origin));
    assert_eq!(archive.origin(Resource::SERVICES, Some("shop"), "api"), None);
}

#[test]
fn an_object_that_is_there_twice_is_named_with_both_places() {
    let one = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n";
    let two = format!("a: 1\n---\n{}", one.replace("shop}", "shop, uid: b}"));
    let twice = archive(Contents::Dump, "", &[("a.yaml", one), ("b.yaml", &two)]).unwrap_err();
    assert_eq!(twice.what, "dump/b.yaml:3:1: Service shop/web is in dump/a.yaml:1:1 already");
    let same = archive(Contents::Dump, "", &[("a.yaml", one), ("b.yaml", one)]).unwrap();
    assert_eq!(same.count(), 1, "it is the same, of two commands of kubectl");
}

#[test]
fn what_is_no_object_is_passed_over_and_counted_and_no_yaml_is_an_error() {
    let values =
        "replicas: 3\n---\n---\n[1, 2]\n---\napiVersion: v1\nkind: Service\nmetadata: {generateName: web-}\n";
    let archive = dump(values);
    assert_eq!((archive.apart().foreign, archive.count()), (3, 0));
    let odd = [
        "dump/all.yaml:1: it does not say its apiVersion and kind",
        "dump/all.yaml:4: a list without apiVersion and kind",
        "dump/all.yaml:6: a Service without a name",
    ];
    assert_eq!(archive.apart().odd, odd);
    let list = dump("apiVersion: v1\nkind: List\nitems: none\n");
    assert_eq!(list.apart().odd, ["dump/all.yaml:1: the items of a List are not a list"]);
    let of_repository = crate::cluster::archive::apart::read("a.yaml".as_ref(), values.as_bytes()).unwrap();
    assert_eq!((of_repository.apart.foreign, of_repository.apart.odd.len()), (3, 0));
    let broken = super::archive(Contents::Dump, "", &[("a.yaml", "a:\n  - {{ .Values.x }\n")]).unwrap_err();
    assert!(broken.what.starts_with("dump/a.yaml:2:") && broken.exit == Exit::Usage, "{broken:?}");
    assert!(broken.next.starts_with("correct it, or remove the file"), "{broken:?}");
}

#[test]
fn an_object_without_a_namespace_goes_where_kubectl_would_put_it() {
    let text = "{apiVersion: v1, kind: Service, metadata: {name: web}}\n---\n{apiVersion: v1, kind: Node, metadata: \
                {name: n1, namespace: odd}}";
    assert_eq!(names(&dump(text), Resource::SERVICES, &Scope::default()).unwrap(), ["default/web"]);
    assert_eq!(names(&dump(text), Resource::NODES, &Scope::default()).unwrap(), ["/n1"]);
}

#[test]
fn the_uid_of_kube_system_is_the_identity() {
    assert_eq!(dump(DUMP).identity(), Observed::Present("the-cluster".to_owned()));
    assert!(matches!(dump(LINK).identity(), Observed::Unknown(Obstacle::NotInFiles { .. })));
}

#[test]
fn a_folder_is_read_with_what_its_meta_says() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("meta.yaml"), "takenAt: 2026-01-31T12:00:00Z\nserverVersion: v1.33.1\n")
        .unwrap();
    fs::write(folder.path().join("sub/all.yaml"), DUMP).unwrap();
    fs::write(folder.path().join("sub/meta.yaml"), "a: 1").unwrap();
    let archive = Archive::read(folder.path()).unwrap();
    assert_eq!(archive.taken_at(), Some("2026-01-31T12:00:00Z".parse().unwrap()));
    assert_eq!((archive.server_version(), archive.count(), archive.apart().foreign), (Some("v1.33.1"), 9, 1));
    let origin = archive.origin(Resource::DEPLOYMENTS, Some("shop"), "web").unwrap();
    assert_eq!(origin.to_string(), format!("{}/sub/all.yaml:16:1", folder.path().display()));
    let manifests = Archive::read_manifests(&[folder.path().to_owned()]).unwrap();
    assert_eq!(
        (manifests.taken_at(), manifests.apart().foreign),
        (None, 2),
        "a repository is not taken of anything"
    );
    assert!(manifests.is_of_manifests() && !archive.is_of_manifests());
}
