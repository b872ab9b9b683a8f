//! What the client of `platform` makes of the answers: the obstacle, or the absence of one.

use std::time::Duration;

use futures::StreamExt as _;
use platform::{
    cluster::{Change, Cluster, Listed, Resource, Shape, Versioned},
    terms::{Observed, Obstacle, Scope},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{own::Own, room::Room};

const LINKS: Resource = Resource { group: "multicluster.linkerd.io", version: "v1alpha3", plural: "links" };

async fn admin(at: &Room) -> Own {
    Own::connect(&at.ground.infra, &at.ground.infra.administrator).await
}

fn place(at: &Room) -> Scope {
    Scope::namespace(Some(&at.namespace))
}

async fn list(cluster: &Cluster, resource: Resource, scope: &Scope) -> Observed<Listed<Value>> {
    cluster.list(resource, scope, Shape::Full).await
}

fn not_served<T>(api: &str) -> Observed<T> {
    Observed::Unknown(Obstacle::NotServed { api: api.to_owned() })
}

pub(crate) async fn an_absent_object_is_absent_and_so_is_one_of_a_missing_namespace(at: &Room) {
    let own = admin(at).await;
    for namespace in [at.namespace.as_str(), "contract-missing"] {
        let seen = own.cluster().get::<Value>(Resource::SERVICES, Some(namespace), "nope").await;
        assert_eq!(seen, Observed::Absent, "{namespace}");
    }
    let seen = own.cluster().get::<Value>(Resource::NAMESPACES, None, "contract-missing").await;
    assert_eq!(seen, Observed::Absent);
}

pub(crate) async fn nothing_of_an_api_that_is_not_served_is_absent(at: &Room) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    let own = admin(at).await;
    for resource in [
        Resource { group: "nope.example", version: "v1", plural: "things" },
        Resource { group: "apps", version: "v9", plural: "deployments" },
        Resource { group: "apps", version: "v1", plural: "nopes" },
        Resource { group: "", version: "v1", plural: "nopes" },
        Resource { version: "v1beta9", ..LINKS },
    ] {
        let expected = not_served::<Value>(&resource.name());
        assert_eq!(own.cluster().get(resource, Some(&at.namespace), "x").await, expected, "{resource:?}");
        let listed = list(own.cluster(), resource, &place(at)).await;
        assert_eq!(listed, not_served(&resource.name()), "{resource:?}");
    }
}

pub(crate) async fn an_empty_list_is_present_in_every_shape(at: &Room) {
    let own = admin(at).await;
    for namespace in [at.namespace.as_str(), "contract-missing"] {
        let scope = Scope::namespace(Some(namespace)).labelled("a=b");
        for shape in [Shape::Full, Shape::Metadata] {
            let seen = own.cluster().list::<Value>(Resource::SERVICES, &scope, shape).await;
            let Observed::Present(listed) = seen else { panic!("{namespace} {shape:?}: {seen:?}") };
            assert_eq!(listed.items, Vec::<Value>::new());
            assert!(listed.version.parse::<u64>().unwrap() > 0, "{}", listed.version);
        }
    }
}

pub(crate) async fn more_than_a_page_is_listed_whole(at: &Room) {
    let own = admin(at).await;
    for hundred in 0..6 {
        let make = (0..100).map(|one| at.config_map_owned(format!("c{:03}", hundred * 100 + one)));
        futures::future::join_all(make).await;
    }
    let scope = place(at).labelled("page=me");
    let seen = own.cluster().list::<Value>(Resource::CONFIG_MAPS, &scope, Shape::Metadata).await;
    let Observed::Present(listed) = seen else { panic!("{seen:?}") };
    let names: Vec<_> = listed.items.iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..600).map(|one| format!("c{one:03}")).collect();
    assert_eq!(names, expected);
}

pub(crate) async fn a_missing_right_is_forbidden_with_verb_resource_and_place(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["services"], "verbs": ["list"] }]);
    let user = json!({ "token": at.account("reader", rules).await });
    let own = Own::connect(&at.ground.infra, &user).await;
    let listed = list(own.cluster(), Resource::SERVICES, &place(at)).await;
    assert!(matches!(listed, Observed::Present(_)), "{listed:?}");
    for (resource, namespace, at_place) in [
        (Resource::ENDPOINTS, Some(at.namespace.as_str()), format!("in the namespace \"{}\"", at.namespace)),
        (Resource::SERVICES, None, "at the cluster scope".to_owned()),
        (LINKS, None, "at the cluster scope".to_owned()),
    ] {
        let seen = list(own.cluster(), resource, &Scope::namespace(namespace)).await;
        let Observed::Unknown(Obstacle::Forbidden { verb, resource: name, namespace: place, message }) = seen
        else {
            panic!("{seen:?}")
        };
        assert_eq!((verb.as_str(), name, place.as_deref()), ("list", resource.name(), namespace));
        assert!(message.ends_with(&at_place), "{message}");
    }
}

pub(crate) async fn a_wrong_token_is_out_before_anything_is_asked(at: &Room) {
    let own = Own::connect(&at.ground.infra, &json!({ "token": "wrong" })).await;
    assert_eq!(own.obstacle(), Some(Obstacle::Unauthorized));
}

pub(crate) async fn a_closed_port_and_a_foreign_authority_are_unreachable_for_different_reasons(at: &Room) {
    let mut closed = at.ground.infra.server.clone();
    closed["server"] = "https://127.0.0.1:1".into();
    let mut foreign = at.ground.infra.server.clone();
    foreign["certificate-authority-data"] = at.ground.apps.server["certificate-authority-data"].clone();
    for (server, cause) in [
        (closed, "the connection was refused"),
        (foreign, "the server's certificate is not signed by the cluster's certificate authority"),
    ] {
        let place = crate::ground::Place { name: "infra", server, administrator: Value::Null };
        let own = Own::connect(&place, &at.ground.infra.administrator).await;
        let obstacle = own.obstacle();
        let Some(Obstacle::Unreachable { cause: said }) = obstacle else { panic!("{obstacle:?}") };
        assert!(said.starts_with(cause), "{said}");
    }
}

pub(crate) async fn a_bad_selector_is_refused_in_the_servers_words(at: &Room) {
    let own = admin(at).await;
    let message = "unable to parse requirement: found '', expected: ',' or ')'".to_owned();
    let seen = list(own.cluster(), Resource::SERVICES, &place(at).labelled("a in (b")).await;
    assert_eq!(seen, Observed::Unknown(Obstacle::Refused { code: 400, message }));
}

/// No name can become another path, but one with a slash is told as an API that is not served.
pub(crate) async fn odd_names_stay_names(at: &Room) {
    let own = admin(at).await;
    let get =
        async |name: &str| own.cluster().get::<Value>(Resource::SERVICES, Some(&at.namespace), name).await;
    assert_eq!(get("bücher").await, Observed::Absent);
    assert_eq!(get("a?b=c#d").await, Observed::Absent);
    let message = "Name parameter invalid: \"..\": may not be '..'".to_owned();
    assert_eq!(get("..").await, Observed::Unknown(Obstacle::Refused { code: 400, message }));
    assert_eq!(get("../../pods").await, not_served("services"));
    let scope = Scope::object(&at.namespace, "../x&limit");
    let Observed::Present(listed) = list(own.cluster(), Resource::SERVICES, &scope).await else { panic!() };
    assert_eq!(listed.items, Vec::<Value>::new());
    let seen = list(own.cluster(), Resource::SERVICES, &Scope::object(&at.namespace, "a=b")).await;
    assert!(matches!(&seen, Observed::Unknown(Obstacle::Refused { code: 400, .. })), "{seen:?}");
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Seen {
    metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    resource_version: String,
}

impl Versioned for Seen {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

/// The next change from this version on, as kind and names.
async fn follow(
    own: &Own,
    resource: Resource,
    scope: Scope,
    version: &str,
) -> Vec<(&'static str, Vec<String>)> {
    let changes = own.cluster().follow::<Seen>(resource, scope, version.to_owned());
    let name = |seen: &Seen| seen.metadata.name.clone();
    let said = changes.take(1).map(|change| match change {
        Change::Set(seen) => ("set", vec![name(&seen)]),
        Change::Gone(seen) => ("gone", vec![name(&seen)]),
        Change::All { objects: seen, .. } => ("all", seen.iter().map(name).collect()),
        Change::Blind(obstacle) => ("blind", vec![obstacle.to_string()]),
    });
    timeout(Duration::from_secs(10), said.collect()).await.unwrap()
}

/// An expired version is an error event of an open watch; following lists anew and nobody sees it.
pub(crate) async fn an_expired_version_makes_following_list_again(at: &Room) {
    super::link::make(at, "infra").await;
    let own = admin(at).await;
    assert_eq!(follow(&own, LINKS, place(at), "1").await, [("all", vec!["infra".to_owned()])]);
}

pub(crate) async fn following_from_the_version_of_an_empty_list_sees_what_came_after(at: &Room) {
    let own = admin(at).await;
    let scope = Scope::object(&at.namespace, "web");
    let Observed::Present(listed) = list(own.cluster(), Resource::SERVICES, &scope).await else { panic!() };
    at.service("web", json!({})).await;
    let said = follow(&own, Resource::SERVICES, scope, &listed.version).await;
    assert_eq!(said, [("set", vec!["web".to_owned()])]);
}

pub(crate) async fn following_without_the_right_is_blind(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["services"], "verbs": ["list"] }]);
    let own = Own::connect(&at.ground.infra, &json!({ "token": at.account("reader", rules).await })).await;
    let said = follow(&own, Resource::SERVICES, place(at), "1").await;
    assert_eq!(said, [("blind", vec!["cannot watch services: forbidden".to_owned()])]);
}
