//! Definitions of custom resources: what they bring, and what goes with them.

use serde_json::{Value, json};

use crate::room::{Room, names, text, until};

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// A definition in a group of its own.
fn definition(group: &str) -> Value {
    let schema = json!({ "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true,
        "properties": { "spec": { "type": "object", "properties": { "color": { "type": "string" } } } } } });
    let version = |name: &str| {
        json!({
            "name": name, "served": true, "storage": name == "v2beta1", "schema": schema,
            "selectableFields": [{ "jsonPath": ".spec.color" }],
        })
    };
    json!({
        "metadata": { "name": format!("things.{group}") },
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": { "kind": "Thing", "plural": "things", "singular": "thing", "listKind": "ThingList" },
            "versions": [version("v2beta1"), version("v1"), version("v10")],
        },
    })
}

/// Makes the definition, and returns the path of its objects once they are served.
async fn define(at: &Room, group: &str) -> String {
    at.admin.post(DEFINITIONS, &definition(group)).await.ok();
    let path = at.path_of(&format!("{group}/v1"), "things");
    until("the objects are served", async || at.admin.get(&path).await.code == 200).await;
    path
}

async fn forget(at: &Room, group: &str) {
    let path = format!("{DEFINITIONS}/things.{group}");
    at.admin.delete(&path).await.ok();
    until("the definition is gone", async || at.admin.get(&path).await.code == 404).await;
}

fn thing(group: &str, name: &str, color: &str) -> Value {
    json!({
        "apiVersion": format!("{group}/v1"), "kind": "Thing", "metadata": { "name": name }, "spec": { "color": color },
    })
}

/// Later, the same definition begins with nothing.
pub(crate) async fn what_is_defined_goes_with_its_definition(at: &Room) {
    let group = format!("{}.example.test", at.namespace);
    let path = define(at, &group).await;
    let made = at.admin.post(&path, &thing(&group, "one", "red")).await.ok();
    let version = text(&made["metadata"]["resourceVersion"]);
    let mut watch = at.admin.watch(&format!("{path}?watch=true&resourceVersion={version}")).await;
    forget(at, &group).await;
    let event = watch.next().await.unwrap();
    assert_eq!(
        (text(&event["type"]), text(&event["object"]["metadata"]["name"])),
        ("DELETED".into(), "one".into())
    );
    until("the objects are not served", async || at.admin.get(&path).await.code == 404).await;
    let path = define(at, &group).await;
    assert_eq!(names(&at.admin.get(&path).await.ok()), Vec::<String>::new());
    forget(at, &group).await;
}

pub(crate) async fn a_definition_says_by_what_its_objects_are_selected(at: &Room) {
    let group = format!("{}.example.test", at.namespace);
    let path = define(at, &group).await;
    for (name, color) in [("one", "red"), ("two", "blue")] {
        at.admin.post(&path, &thing(&group, name, color)).await.ok();
    }
    let list = at.admin.get(&format!("{path}?fieldSelector=spec.color%3Dblue")).await.ok();
    assert_eq!(names(&list), ["two"]);
    let answer = at.admin.get(&format!("{path}?fieldSelector=spec.size%3D1")).await;
    assert_eq!(answer.refusal(), (400, "BadRequest", "field label not supported: spec.size"));
    forget(at, &group).await;
}

pub(crate) async fn the_newest_stable_version_is_preferred_whichever_is_stored(at: &Room) {
    let group = format!("{}.example.test", at.namespace);
    define(at, &group).await;
    until("the group is listed", async || at.admin.get(&format!("/apis/{group}")).await.code == 200).await;
    let listed = at.admin.get(&format!("/apis/{group}")).await.ok();
    let versions: Vec<_> =
        listed["versions"].as_array().unwrap().iter().map(|version| text(&version["version"])).collect();
    assert_eq!(
        (versions, text(&listed["preferredVersion"]["version"])),
        (vec!["v10".to_owned(), "v1".to_owned(), "v2beta1".to_owned()], "v10".to_owned())
    );
    forget(at, &group).await;
}

pub(crate) async fn a_definition_is_called_like_what_it_defines(at: &Room) {
    let group = format!("{}.example.test", at.namespace);
    let mut other = definition(&group);
    other["metadata"]["name"] = "others.example.test".into();
    let answer = at.admin.post(DEFINITIONS, &other).await;
    let words = "Invalid value: \"others.example.test\": must be spec.names.plural+\".\"+spec.group";
    assert_eq!((answer.code, answer.cause()), (422, ("FieldValueInvalid", words, "metadata.name")));
}
