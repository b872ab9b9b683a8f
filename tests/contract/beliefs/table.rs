//! What `kubectl get` shows of each kind: the columns, and what is in them.

use http::{Request, header};
use serde_json::{Value, json};

use crate::{
    door::TABLE,
    room::{Room, text, until},
};

/// The columns of each kind; those with a plus are for wide tables only.
const COLUMNS: [(&str, &str); 28] = [
    ("/api/v1/configmaps", "Name Data Age"),
    ("/api/v1/endpoints", "Name Endpoints Age"),
    ("/api/v1/events", "Last_Seen Type Reason Object +Subobject +Source Message +First_Seen +Count +Name"),
    ("/api/v1/namespaces", "Name Status Age"),
    (
        "/api/v1/nodes",
        "Name Status Roles Age Version +Internal-IP +External-IP +OS-Image +Kernel-Version +Container-Runtime",
    ),
    (
        "/api/v1/persistentvolumeclaims",
        "Name Status Volume Capacity Access_Modes StorageClass VolumeAttributesClass Age +VolumeMode",
    ),
    ("/api/v1/pods", "Name Ready Status Restarts Age +IP +Node +Nominated_Node +Readiness_Gates"),
    ("/api/v1/secrets", "Name Type Data Age"),
    ("/api/v1/serviceaccounts", "Name Age"),
    ("/api/v1/services", "Name Type Cluster-IP External-IP Port(s) Age +Selector"),
    ("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", "Name Webhooks Age"),
    ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "Name Created_At"),
    ("/apis/apiregistration.k8s.io/v1/apiservices", "Name Service Available Age"),
    (
        "/apis/apps/v1/daemonsets",
        "Name Desired Current Ready Up-to-date Available Node_Selector Age +Containers +Images +Selector",
    ),
    ("/apis/apps/v1/deployments", "Name Ready Up-to-date Available Age +Containers +Images +Selector"),
    ("/apis/apps/v1/replicasets", "Name Desired Current Ready Age +Containers +Images +Selector"),
    ("/apis/apps/v1/statefulsets", "Name Ready Age +Containers +Images"),
    (
        "/apis/batch/v1/cronjobs",
        "Name Schedule Timezone Suspend Active Last_Schedule Age +Containers +Images +Selector",
    ),
    ("/apis/batch/v1/jobs", "Name Status Completions Duration Age +Containers +Images +Selector"),
    ("/apis/coordination.k8s.io/v1/leases", "Name Holder Age"),
    ("/apis/discovery.k8s.io/v1/endpointslices", "Name AddressType Ports Endpoints Age"),
    ("/apis/networking.k8s.io/v1/ingresses", "Name Class Hosts Address Ports Age"),
    ("/apis/networking.k8s.io/v1/networkpolicies", "Name Pod-Selector Age"),
    (
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "Name Role Age +Users +Groups +ServiceAccounts",
    ),
    ("/apis/rbac.authorization.k8s.io/v1/clusterroles", "Name Created_At"),
    ("/apis/rbac.authorization.k8s.io/v1/rolebindings", "Name Role Age +Users +Groups +ServiceAccounts"),
    ("/apis/rbac.authorization.k8s.io/v1/roles", "Name Created_At"),
    (
        "/apis/storage.k8s.io/v1/storageclasses",
        "Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age",
    ),
];

pub(crate) async fn every_kind_has_columns_of_its_own(at: &Room) {
    for (path, expected) in COLUMNS {
        let table = at.admin.get_as(&format!("{path}?limit=1"), TABLE).await.ok();
        let columns = table["columnDefinitions"].as_array().unwrap().iter().map(|column| {
            let name = text(&column["name"]).replace(' ', "_");
            if column["priority"] == 0 { name } else { format!("+{name}") }
        });
        assert_eq!(columns.collect::<Vec<_>>().join(" "), expected, "{path}");
    }
}

/// The row of an object that is made for show, without its age and what the server makes up.
async fn row(at: &Room, path: &str, object: &Value) -> Value {
    let request = Request::post(format!("{path}?dryRun=All"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, TABLE);
    let table = at.admin.send(request.body(object.to_string().into_bytes()).unwrap()).await.ok();
    let names = table["columnDefinitions"].as_array().unwrap().iter().map(|column| text(&column["name"]));
    let cells = names.zip(table["rows"][0]["cells"].as_array().unwrap());
    cells
        .filter(|(name, _)| !matches!(name.as_str(), "Age" | "Selector"))
        .map(|(_, cell)| cell.clone())
        .collect()
}

/// A template of pods with two containers.
fn template(restart: &str) -> Value {
    let containers = json!([{ "name": "db", "image": "db:1" }, { "name": "log", "image": "log:2" }]);
    let spec =
        json!({ "containers": containers, "restartPolicy": restart, "nodeSelector": { "disk": "ssd" } });
    json!({ "metadata": { "labels": { "app": "db" } }, "spec": spec })
}

pub(crate) async fn workloads_show_how_many_pods_there_should_be(at: &Room) {
    let spec = json!({ "selector": { "matchLabels": { "app": "db" } }, "template": template("Always") });
    let mut counted = spec.clone();
    counted["replicas"] = 3.into();
    let mut serving = counted.clone();
    serving["serviceName"] = "db".into();
    let pods = json!(["db,log", "db:1,log:2"]);
    for (plural, spec, expected) in [
        ("statefulsets", serving, json!(["it", "0/3"])),
        ("replicasets", counted, json!(["it", 3, 0, 0])),
        ("daemonsets", spec, json!(["it", 0, 0, 0, 0, 0, "disk=ssd"])),
    ] {
        let object = json!({ "metadata": { "name": "it" }, "spec": spec });
        let expected: Vec<_> =
            [&expected, &pods].into_iter().flat_map(|part| part.as_array().unwrap().clone()).collect();
        assert_eq!(row(at, &at.path_of("apps/v1", plural), &object).await, json!(expected), "{plural}");
    }
}

pub(crate) async fn jobs_show_what_must_be_done_and_when(at: &Room) {
    let job = json!({ "template": template("Never"), "completions": 2 });
    let object = json!({ "metadata": { "name": "it" }, "spec": job });
    let expected = json!(["it", "Running", "0/2", "", "db,log", "db:1,log:2"]);
    assert_eq!(row(at, &at.path_of("batch/v1", "jobs"), &object).await, expected);
    let spec = json!({ "schedule": "0 3 * * *", "jobTemplate": { "spec": job }, "suspend": true });
    let object = json!({ "metadata": { "name": "it" }, "spec": spec });
    let expected = json!(["it", "0 3 * * *", "<none>", "True", 0, "<none>", "db,log", "db:1,log:2"]);
    assert_eq!(row(at, &at.path_of("batch/v1", "cronjobs"), &object).await, expected);
}

/// The row of an object that has this besides its name.
async fn row_of(at: &Room, path: &str, mut object: Value) -> Value {
    object["metadata"] = json!({ "name": "it" });
    row(at, path, &object).await
}

pub(crate) async fn a_binding_shows_the_role_and_who_has_it(at: &Room) {
    let rbac = "rbac.authorization.k8s.io";
    let subjects = json!([
        { "kind": "User", "name": "ann", "apiGroup": rbac }, { "kind": "Group", "name": "ops", "apiGroup": rbac },
        { "kind": "ServiceAccount", "name": "ci", "namespace": "build" },
    ]);
    let role = json!({ "apiGroup": rbac, "kind": "ClusterRole", "name": "view" });
    let binding = json!({ "roleRef": role, "subjects": subjects });
    let expected = json!(["it", "ClusterRole/view", "ann", "ops", "build/ci"]);
    assert_eq!(row_of(at, &at.path_of(&format!("{rbac}/v1"), "rolebindings"), binding).await, expected);
}

pub(crate) async fn what_leads_to_pods_shows_how(at: &Room) {
    let rules = ["a", "b", "c", "d"].map(|host| {
        json!({ "host": host, "http": { "paths": [{
            "path": "/", "pathType": "Prefix", "backend": { "service": { "name": "web", "port": { "number": 80 } } },
        }] } })
    });
    let ingress =
        json!({ "spec": { "ingressClassName": "nginx", "rules": rules, "tls": [{ "hosts": ["a"] }] } });
    let expected = json!(["it", "nginx", "a,b,c + 1 more...", "", "80, 443"]);
    assert_eq!(row_of(at, &at.path_of("networking.k8s.io/v1", "ingresses"), ingress).await, expected);
    let policy = json!({ "spec": { "podSelector": { "matchLabels": { "app": "web" } } } });
    let path = at.path_of("networking.k8s.io/v1", "networkpolicies");
    assert_eq!(row_of(at, &path, policy).await, json!(["it", "app=web"]));
}

pub(crate) async fn a_lease_and_storage_show_who_has_them(at: &Room) {
    let lease = json!({ "spec": { "holderIdentity": "node-1" } });
    let path = at.path_of("coordination.k8s.io/v1", "leases");
    assert_eq!(row_of(at, &path, lease).await, json!(["it", "node-1"]));
    let claim = json!({ "spec": {
        "accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": { "requests": { "storage": "1Gi" } },
    } });
    let expected = json!(["it", "Pending", "", "", "", "fast", "<unset>", "Filesystem"]);
    assert_eq!(row_of(at, &at.path("persistentvolumeclaims"), claim).await, expected);
    let class = json!({ "provisioner": "ceph.example" });
    let expected = json!(["it", "ceph.example", "Delete", "Immediate", false]);
    assert_eq!(row_of(at, "/apis/storage.k8s.io/v1/storageclasses", class).await, expected);
}

/// Paths of columns, and what each shows of the object below.
fn columns() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (r#".status.conditions[?(@.type=="Ready")].status"#, "string", json!("True")),
        (r#".status.conditions[?(@.type == "Ready")].message"#, "string", json!("it is [ready]")),
        (".status.conditions[?(@.type=='Gone')].status", "string", Value::Null),
        (".status.conditions[?(@.type!='Ready')].status", "string", json!("False")),
        (".status.addresses[*].value", "string", json!("10.0.0.1")),
        (".status.addresses[-1].value", "string", json!("10.0.0.2")),
        (".status.addresses[7].value", "string", Value::Null),
        (".status.addresses[0].weight", "integer", json!(7)),
        (
            ".status.conditions[0]",
            "string",
            json!(r#"{"message":"it is [ready]","status":"True","type":"Ready"}"#),
        ),
        (".status.nope[*].value", "string", Value::Null),
        (r".metadata.labels.example\.com/side", "string", json!("left")),
        (r".metadata.labels['example\.com/side']", "string", json!("left")),
        // A dot in quotes is still a dot.
        (".metadata.labels['example.com/side']", "string", Value::Null),
    ]
}

pub(crate) async fn a_column_shows_the_first_thing_that_its_path_finds(at: &Room) {
    let group = format!("{}.example", at.namespace);
    let printed: Vec<_> = columns().iter().enumerate().map(|(number, (path, kind, _))| {
        json!({ "name": format!("C{number}"), "type": kind, "jsonPath": path })
    }).collect();
    let anything =
        json!({ "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } });
    let version = json!({
        "name": "v1", "served": true, "storage": true, "schema": anything, "additionalPrinterColumns": printed,
    });
    let definition = json!({ "metadata": { "name": format!("things.{group}") }, "spec": {
        "group": group, "scope": "Namespaced", "versions": [version],
        "names": { "kind": "Thing", "listKind": "ThingList", "plural": "things", "singular": "thing" },
    } });
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    at.admin.post(definitions, &definition).await.ok();
    let things = at.path_of(&format!("{group}/v1"), "things");
    until("the kind is served", async || at.admin.get(&things).await.code == 200).await;
    let object = json!({
        "apiVersion": format!("{group}/v1"), "kind": "Thing",
        "metadata": { "name": "it", "labels": { "example.com/side": "left" } },
        "status": {
            "conditions": [
                { "type": "Ready", "status": "True", "message": "it is [ready]" }, { "status": "odd" },
                { "type": "New", "status": "False" },
            ],
            "addresses": [{ "value": "10.0.0.1", "weight": 7 }, { "value": "10.0.0.2" }],
        },
    });
    let cells = row(at, &things, &object).await;
    let expected: Vec<_> =
        std::iter::once(json!("it")).chain(columns().into_iter().map(|(_, _, cell)| cell)).collect();
    assert_eq!(cells, json!(expected));
    at.admin.delete(&format!("{definitions}/things.{group}")).await;
}
