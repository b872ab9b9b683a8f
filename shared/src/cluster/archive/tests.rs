mod cluster;
mod reading;

use super::*;
use crate::cluster::look::read;
use crate::cluster::{Call, Shape};
use crate::terms::{ClusterName, Kind, Observed, Obstacle, Scope};
use serde_json::{Value, json};

const LINKS: Resource = Resource { group: "multicluster.linkerd.io", version: "v1alpha3", plural: "links" };
const DUMP: &str = "\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: web, namespace: shop, labels: {tier: front}, uid: u1}
  spec: {clusterIP: 10.0.0.1}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop-b, labels: {tier: back}}}
- {apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}}
- {apiVersion: v1, kind: Pod, metadata: {name: p1, namespace: shop}, spec: {nodeName: n1}, status: {phase: Running}}
- {apiVersion: v1, kind: Pod, metadata: {name: p2, namespace: shop}, spec: {nodeName: n2}}
- {apiVersion: v1, kind: Event, metadata: {name: e1, namespace: shop}, type: Warning, involvedObject: {kind: Pod, name: p1}}
- {apiVersion: v1, kind: Event, metadata: {name: e2, namespace: shop}, type: Normal, involvedObject: {kind: Pod, name: p2}}
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, uid: the-cluster}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
status: {readyReplicas: 1}
";

fn archive(contents: Contents, meta: &str, files: &[(&str, &str)]) -> Result<Archive, Failure> {
    let path = |name: &str| Path::new("dump").join(name);
    let meta = meta::read(&path("meta.yaml"), meta.as_bytes())?;
    let texts = files.iter().map(|(name, text)| objects::read(&path(name), text.as_bytes()));
    Archive::of(contents, Path::new("dump"), meta, texts.collect::<Result<_, _>>()?)
}

fn dump(text: &str) -> Archive {
    archive(Contents::Dump, "", &[("all.yaml", text)]).unwrap()
}

fn asked(archive: &Archive, call: &Call) -> Result<Value, Obstacle> {
    archive.answer(call).map(|body| read(call, &body).unwrap())
}

fn names(archive: &Archive, resource: Resource, scope: &Scope) -> Result<Vec<String>, Obstacle> {
    let list = asked(archive, &Call::list(resource, scope, Shape::Full, 1, ""))?;
    let text = |item: &Value, field: &str| item["metadata"][field].as_str().unwrap_or_default().to_owned();
    let named = |item: &Value| format!("{}/{}", text(item, "namespace"), text(item, "name"));
    Ok(list["items"].as_array().unwrap().iter().map(named).collect())
}

fn shop() -> Scope {
    Scope::namespace(Some("shop"))
}

#[test]
fn one_object_is_answered_as_it_is_written() {
    let web = asked(&dump(DUMP), &Call::get(Resource::SERVICES, Some("shop"), "web")).unwrap();
    assert_eq!(web["spec"]["clusterIP"], "10.0.0.1");
    assert_eq!((&web["kind"], &web["apiVersion"]), (&json!("Service"), &json!("v1")));
}

#[test]
fn a_missing_object_is_refused_as_a_server_does() {
    let missing = asked(&dump(DUMP), &Call::get(Resource::SERVICES, Some("shop"), "nope"));
    let message = "services \"nope\" not found".to_owned();
    assert_eq!(missing, Err(Obstacle::Refused { code: 404, message }));
}

#[test]
fn a_list_has_the_order_of_a_server_and_all_of_it_however_small_a_page_is_asked_for() {
    let all = names(&dump(DUMP), Resource::SERVICES, &Scope::default());
    assert_eq!(all.unwrap(), ["shop-b/web", "shop/api", "shop/web"]);
    assert_eq!(names(&dump(DUMP), Resource::SERVICES, &shop()).unwrap(), ["shop/api", "shop/web"]);
    assert_eq!(names(&dump(DUMP), Resource::SERVICES, &Scope::object("shop", "web")).unwrap(), ["shop/web"]);
    assert_eq!(names(&dump(DUMP), Resource::CONFIG_MAPS, &shop()).unwrap(), Vec::<String>::new());
}

#[test]
fn labels_and_fields_select() {
    let dump = dump(DUMP);
    let by = |resource, scope: Scope| names(&dump, resource, &scope);
    assert_eq!(by(Resource::SERVICES, Scope::default().labelled("tier in (front,x)")).unwrap(), ["shop/web"]);
    assert_eq!(by(Resource::SERVICES, shop().labelled("!tier")).unwrap(), ["shop/api"]);
    assert_eq!(by(Resource::PODS, shop().with_fields("spec.nodeName=n2")).unwrap(), ["shop/p2"]);
    assert_eq!(by(Resource::PODS, shop().with_fields("spec.nodeName!=n2")).unwrap(), ["shop/p1"]);
    let about = "involvedObject.kind=Pod,involvedObject.name==p1,type=Warning";
    assert_eq!(by(Resource::EVENTS, shop().with_fields(about)).unwrap(), ["shop/e1"]);
    let named = Scope::default().with_fields("metadata.namespace!=shop,metadata.name=web");
    assert_eq!(by(Resource::SERVICES, named).unwrap(), ["shop-b/web"]);
    assert_eq!(
        by(Resource::SERVICES, shop().with_fields(r"metadata.name=a\,b")).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn a_selector_that_nobody_understands_gives_an_obstacle_and_never_all() {
    let dump = dump(DUMP);
    let code = |scope: Scope| match names(&dump, Resource::SERVICES, &scope) {
        Err(Obstacle::Refused { code: 400, message }) => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(shop().with_fields("spec.clusterIP=1")), "field label not supported: spec.clusterIP");
    assert_eq!(code(shop().with_fields("spec.nodeName=n1")), "field label not supported: spec.nodeName");
    assert_eq!(code(shop().with_fields("nope")), "invalid selector: 'nope'; can't understand 'nope'");
    assert_eq!(code(shop().with_fields("a=b=c")), "invalid selector: 'a=b=c'; can't understand 'a=b=c'");
    assert!(code(shop().labelled("tier>1")).starts_with("the label selector \"tier>1\" cannot be read"));
}

#[test]
fn a_list_of_metadata_leaves_the_rest_out() {
    let call = Call::list(Resource::SERVICES, &Scope::object("shop", "web"), Shape::Metadata, 500, "");
    let metadata = json!({"name": "web", "namespace": "shop", "labels": {"tier": "front"}, "uid": "u1"});
    let item = json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata});
    assert_eq!(asked(&dump(DUMP), &call).unwrap()["items"], json!([item]));
}

const LINK: &str =
    "{apiVersion: multicluster.linkerd.io/v1alpha2, kind: Link, metadata: {name: infra, namespace: m}}\n";

fn definition(served: &str) -> String {
    format!(
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: \
         {{name: links.multicluster.linkerd.io}}\nspec:\n  group: multicluster.linkerd.io\n  names: {{kind: Link, plural: \
         links}}\n  scope: Namespaced\n  versions: [{{name: v1alpha2, served: true}}, {{name: v1alpha3, served: {served}}}]\n"
    )
}

#[test]
fn a_definition_says_which_versions_are_served_and_without_one_every_version_is() {
    let links = |text: &str| names(&dump(text), LINKS, &Scope::default());
    let not_served = Err(Obstacle::NotServed { api: "links.multicluster.linkerd.io".to_owned() });
    assert_eq!(links(LINK), Ok(vec!["m/infra".to_owned()]));
    assert_eq!(links(&(LINK.to_owned() + &definition("true"))), Ok(vec!["m/infra".to_owned()]));
    assert_eq!(links(&(LINK.to_owned() + &definition("false"))), not_served);
    assert_eq!(links(&definition("true")), Ok(vec![]));
    assert_eq!(links("a: 1"), not_served, "nobody has it, and no definition is there");
}

#[test]
fn discovery_knows_what_can_be_listed() {
    let serves = |text: &str, resource| {
        asked(&dump(text), &Call::served(resource)).map(|list| list["resources"].clone())
    };
    assert_eq!(serves(DUMP, Resource::LEASES), Ok(json!([{"name": "leases"}])));
    assert_eq!(serves(LINK, LINKS), Ok(json!([{"name": "links"}])));
    assert_eq!(serves(DUMP, LINKS), Err(Obstacle::NotServed { api: LINKS.name() }));
}

#[test]
fn what_was_denied_is_forbidden_and_not_missing() {
    let archive =
        archive(Contents::Dump, "denied: [secrets, links.multicluster.linkerd.io]", &[("a.yaml", DUMP)])
            .unwrap();
    let forbidden = |verb: &str, resource: Resource, namespace: Option<&str>| Obstacle::Forbidden {
        verb: verb.to_owned(),
        resource: resource.name(),
        namespace: namespace.map(str::to_owned),
        message: format!("{} were denied to whoever collected the files of dump", resource.name()),
    };
    let get = Call::get(Resource::SECRETS, Some("shop"), "key");
    assert_eq!(asked(&archive, &get), Err(forbidden("get", Resource::SECRETS, Some("shop"))));
    assert_eq!(names(&archive, LINKS, &Scope::default()), Err(forbidden("list", LINKS, None)));
    assert_eq!(asked(&archive, &Call::served(LINKS)).map(|_| ()), Ok(()), "it was there to be denied");
}

#[test]
fn what_every_cluster_has_some_of_was_left_out_where_there_is_none() {
    let left_out = |what: &str| Obstacle::NotInFiles { what: format!("{what}, which every cluster has") };
    let roles = [Resource::ROLES, Resource::CLUSTER_ROLE_BINDINGS];
    let bare = dump("kind: Service\napiVersion: v1\nmetadata: {name: web, namespace: shop}");
    assert_eq!(names(&bare, Resource::NAMESPACES, &Scope::default()), Err(left_out("namespaces")));
    for resource in roles {
        assert_eq!(names(&bare, resource, &Scope::default()), Err(left_out("roles and their bindings")));
    }
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: one}";
    let some = dump(&format!("{role}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop}}"));
    assert_eq!(names(&some, Resource::NAMESPACES, &Scope::default()).unwrap(), ["/shop"]);
    for resource in roles {
        assert_eq!(names(&some, resource, &Scope::default()), Ok(vec![]), "one kind of rights is enough");
    }
    assert_eq!(names(&bare, Resource::SECRETS, &Scope::default()), Ok(vec![]), "not everybody has some");
}

#[test]
fn files_cannot_be_watched_or_changed_and_hold_no_logs() {
    let dump = dump(DUMP);
    let body = json!({});
    for (call, verb) in [
        (Call::watch(Resource::SERVICES, &shop(), "1", 10), "watch"),
        (Call::create(Resource::SERVICES, Some("shop"), &body), "create"),
        (Call::apply(Resource::SERVICES, Some("shop"), "web", &body), "patch"),
        (Call::delete(Resource::SERVICES, Some("shop"), "web", "u1").dry(), "delete"),
    ] {
        let (verb, resource) = (verb.to_owned(), "services".to_owned());
        assert_eq!(asked(&dump, &call), Err(Obstacle::OnlyFiles { verb, resource }));
    }
    let log = Call::log("shop", "p1", "main", 10);
    assert_eq!(asked(&dump, &log), Err(Obstacle::NotInFiles { what: "pods/log".to_owned() }));
}

#[test]
fn of_manifests_nothing_is_believed_that_only_a_running_cluster_has() {
    let archive = archive(Contents::Manifests, "", &[("a.yaml", DUMP)]).unwrap();
    for resource in [Resource::PODS, Resource::ENDPOINTS, Resource::EVENTS, Resource::NODES, Resource::LEASES]
    {
        let what = format!("{}, which only a running cluster has", resource.name());
        assert_eq!(names(&archive, resource, &shop()), Err(Obstacle::NotInFiles { what }));
    }
    assert_eq!(names(&archive, Resource::SERVICES, &shop()).unwrap(), ["shop/api", "shop/web"]);
    let deployment = asked(&archive, &Call::get(Resource::DEPLOYMENTS, Some("shop"), "web")).unwrap();
    assert_eq!(deployment.get("status"), None);
    assert!(archive.is_of_manifests());
}
