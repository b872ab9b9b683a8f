//! What a cluster says of itself to whoever knows nothing of it.

use serde_json::{Value, json};

use crate::room::{Room, text};

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap_or(&Value::Null)
}

pub(crate) async fn the_version_names_itself_without_asking_who_wants_to_know(at: &Room) {
    for user in [at.ground.infra.administrator.clone(), json!({})] {
        let version = at.ground.infra.door(&user).await.get("/version").await.ok();
        let (major, minor) = (text(&version["major"]), text(&version["minor"]));
        assert_eq!(major, "1");
        let whole = text(&version["gitVersion"]);
        assert!(whole.starts_with(&format!("v1.{minor}.")), "{version}");
        // What the documentation says was tried; the sandbox says that it is none.
        let tried = format!("v{}", testkit::matrix::KUBERNETES);
        assert!(whole == tried || whole.ends_with("+sandbox"), "{version}");
    }
}

pub(crate) async fn resources_are_listed_with_scope_names_and_verbs(at: &Room) {
    let list = at.admin.get("/api/v1").await.ok();
    assert_eq!((text(&list["kind"]), text(&list["groupVersion"])), ("APIResourceList".into(), "v1".into()));
    let services = named(&list["resources"], "services");
    assert_eq!((&services["namespaced"], &services["kind"]), (&json!(true), &json!("Service")));
    assert_eq!((&services["singularName"], &services["shortNames"]), (&json!("service"), &json!(["svc"])));
    assert_eq!(services["categories"], json!(["all"]), "what `kubectl get all` asks for");
    let mut verbs: Vec<_> = services["verbs"].as_array().unwrap().iter().map(text).collect();
    verbs.sort();
    assert_eq!(verbs, ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]);
    assert_eq!(named(&list["resources"], "namespaces")["namespaced"], false);
    assert_eq!(named(&list["resources"], "services/status")["kind"], "Service");
}

pub(crate) async fn a_custom_group_is_listed_with_all_its_versions(at: &Room) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    let groups = at.admin.get("/apis").await.ok();
    let group = named(&groups["groups"], "multicluster.linkerd.io");
    let mut versions: Vec<_> =
        group["versions"].as_array().unwrap().iter().map(|version| text(&version["version"])).collect();
    versions.sort();
    assert_eq!(versions, ["v1alpha1", "v1alpha2", "v1alpha3"]);
    let list = at.admin.get("/apis/multicluster.linkerd.io/v1alpha3").await.ok();
    assert_eq!(named(&list["resources"], "links")["kind"], "Link");
    assert_eq!(named(&list["resources"], "links/status")["kind"], "Link");
}

pub(crate) async fn a_group_that_is_not_there_has_no_page(at: &Room) {
    for path in ["/apis/nope.example", "/apis/nope.example/v1", "/nope"] {
        assert_eq!(at.admin.get(path).await.code, 404, "{path}");
    }
}

pub(crate) async fn a_healthy_server_says_ok_in_plain_text(at: &Room) {
    for path in ["/healthz", "/livez", "/readyz"] {
        let answer = at.admin.get(path).await;
        assert_eq!((answer.code, answer.text.as_str()), (200, "ok"), "{path}");
    }
}

pub(crate) async fn who_is_nobody_learns_no_more_than_the_version(at: &Room) {
    let nobody = at.ground.infra.door(&json!({})).await;
    let answer = nobody.get("/apis").await;
    let expected = "forbidden: User \"system:anonymous\" cannot get path \"/apis\"";
    assert_eq!(answer.refusal(), (403, "Forbidden", expected));
}
