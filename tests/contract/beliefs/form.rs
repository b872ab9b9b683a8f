//! Every kind of request that is sent, in just its form: verb, resource, query, media types of body and answer. The other
//! rooms say what such requests mean; here the very form has to give what its verb promises.

mod sample;

use http::{Method, Request, header};
use serde_json::{Value, json};
use testkit::belief;

use crate::{
    coverage,
    door::{APPLY, Answer, MERGE, METADATA_LIST},
    room::{Room, names, text},
    stand_in,
};

pub(crate) async fn every_request_of_the_plugin_is_answered_in_its_form(at: &Room) {
    all(at, coverage::REQUESTS).await;
}

pub(crate) async fn every_request_of_the_stand_in_is_answered_in_its_form(at: &Room) {
    all(at, stand_in::REQUESTS).await;
}

async fn all(at: &Room, table: &[belief::Request]) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    at.furnished().await;
    testkit::crds::ensure(at.admin.client(), &testkit::world::POLICIES).await;
    testkit::crds::ensure(at.admin.client(), &testkit::world::BESIDES).await;
    for (number, kind) in table.iter().enumerate() {
        let asked = Asked { at, kind, name: sample::name(at, kind, number) };
        match kind.verb {
            "create" => asked.create().await,
            "delete" => asked.delete().await,
            "get" if kind.resource.is_empty() => asked.version().await,
            "get" if kind.resource == "pods/log" => asked.log().await,
            "get" | "list" if !sample::is_served(kind.resource) => asked.nowhere().await,
            "get" => asked.get().await,
            "list" => asked.list().await,
            "patch" if kind.resource.ends_with("/status") => asked.status().await,
            "patch" => asked.patch().await,
            "update" => asked.update().await,
            "watch" => asked.watch().await,
            other => panic!("nobody says what {other} promises"),
        }
    }
}

/// A kind of request, and the object that it is about.
struct Asked<'a> {
    at: &'a Room,
    kind: &'a belief::Request,
    name: String,
}

impl Asked<'_> {
    /// The path of the objects of its resource.
    fn objects(&self) -> String {
        let resource = self.kind.resource.split('/').next().unwrap();
        sample::path(&self.at.namespace, resource)
    }

    /// The path of its object.
    fn object(&self) -> String {
        format!("{}/{}", self.objects(), self.name)
    }

    /// The query with a value for each key; a watch begins at this version.
    fn query(&self, version: &str) -> String {
        let name = &self.name;
        let pair = |key: &str| match key {
            "allowWatchBookmarks" | "force" => format!("{key}=true"),
            "container" => format!("{key}=app"),
            "dryRun" => format!("{key}=All"),
            "fieldManager" => format!("{key}=form"),
            "fieldSelector" => format!("{key}=metadata.name%3D{name}"),
            "labelSelector" => format!("{key}=form%3D{name}"),
            "limit" => format!("{key}=500"),
            "limitBytes" => format!("{key}=65536"),
            "resourceVersion" => format!("{key}={version}"),
            "timeoutSeconds" => format!("{key}=1"),
            other => panic!("no value is known for {other}"),
        };
        let watch = (self.kind.verb == "watch").then(|| "watch=true".to_owned());
        let keys = self.kind.query.split(',').filter(|key| !key.is_empty());
        watch.into_iter().chain(keys.map(pair)).collect::<Vec<_>>().join("&")
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send_from(method, path, body, "").await
    }

    async fn send_from(&self, method: Method, path: &str, body: Option<Value>, version: &str) -> Answer {
        let query = self.query(version);
        let mark = if query.is_empty() { "" } else { "?" };
        let headers = [(header::CONTENT_TYPE, self.kind.body), (header::ACCEPT, self.kind.accept)];
        let request = Request::builder().method(method).uri(format!("{path}{mark}{query}"));
        let request = headers
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(request, |request, (name, value)| request.header(name, value));
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.at.admin.send(request.body(body).unwrap()).await
    }

    /// The object before it is asked for; a namespace is there already.
    async fn made(&self) -> Value {
        if self.kind.resource == "namespaces" {
            return self.at.admin.get(&self.object()).await.ok();
        }
        self.at
            .admin
            .post(&self.objects(), &sample::object(self.at, self.kind.resource, &self.name))
            .await
            .ok()
    }

    /// Wants a JSON answer, and returns it.
    fn json(&self, answer: Answer) -> Value {
        let kind = answer.headers["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/json"), "{:?}: {kind}", self.kind);
        answer.ok()
    }

    fn is_dry(&self) -> bool {
        self.kind.query.contains("dryRun")
    }

    async fn create(&self) {
        let sample = sample::object(self.at, self.kind.resource, &self.name);
        let answer = self.send(Method::POST, &self.objects(), Some(sample)).await;
        assert_eq!(answer.code, 201, "{:?}: {}", self.kind, answer.text);
        assert_eq!(text(&self.json(answer)["metadata"]["name"]), self.name);
        let found = self.at.admin.get(&self.object()).await;
        assert_eq!(found.code, if self.is_dry() { 404 } else { 200 }, "{:?}: {}", self.kind, found.text);
        if self.kind.resource == "namespaces" && !self.is_dry() {
            self.at.admin.delete(&self.object()).await.ok();
        }
    }

    async fn delete(&self) {
        self.made().await;
        // Without a policy, a Job stays until somebody has orphaned its pods.
        let policy = "Background";
        let options = json!({ "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy });
        let answer = self.send(Method::DELETE, &self.object(), Some(options)).await;
        self.json(answer);
        assert_eq!(self.at.admin.get(&self.object()).await.code, 404, "{:?}", self.kind);
    }

    async fn version(&self) {
        let answer = self.send(Method::GET, "/version", None).await;
        assert!(text(&self.json(answer)["gitVersion"]).starts_with("v1."), "{:?}", self.kind);
    }

    async fn get(&self) {
        let made = self.made().await;
        let answer = self.send(Method::GET, &self.object(), None).await;
        let found = self.json(answer);
        assert_eq!(found["metadata"]["uid"], made["metadata"]["uid"], "{:?}", self.kind);
        assert_eq!(found["kind"], made["kind"], "{:?}", self.kind);
    }

    /// Of a pod that no node has taken.
    async fn log(&self) {
        self.made().await;
        let answer = self.send(Method::GET, &format!("{}/log", self.object()), None).await;
        assert_eq!((answer.code, answer.text.as_str()), (204, ""), "{:?}", self.kind);
    }

    /// Of what nobody has installed.
    async fn nowhere(&self) {
        let path = if self.kind.verb == "get" { self.object() } else { self.objects() };
        let answer = self.send(Method::GET, &path, None).await;
        assert_eq!(answer.plain(), (404, "text/plain; charset=utf-8", "404 page not found\n"));
    }

    async fn list(&self) {
        let made = self.made().await;
        let answer = self.send(Method::GET, &self.objects(), None).await;
        let list = self.json(answer);
        let whole = format!("{}List", text(&made["kind"]));
        let kind = if self.kind.accept == METADATA_LIST { "PartialObjectMetadataList" } else { &whole };
        assert_eq!(text(&list["kind"]), kind, "{:?}", self.kind);
        let found = names(&list);
        let is_selected = self.kind.query.contains("Selector");
        if is_selected {
            assert_eq!(found, [self.name.as_str()], "{:?}", self.kind);
        } else {
            // A page of all namespaces need not be the one that this is on.
            let is_here = self.kind.resource == "namespaces" || found.contains(&self.name);
            assert!(is_here && !found.is_empty(), "{:?}: {found:?}", self.kind);
        }
        if sample::is_everywhere(self.kind.resource) && self.kind.resource != "namespaces" {
            self.at.admin.delete(&self.object()).await.ok();
        }
    }

    async fn patch(&self) {
        let made = self.made().await;
        let labels = json!({ "labels": { "patched": "yes" } });
        let body = match self.kind.body {
            MERGE => json!({ "metadata": labels }),
            APPLY => {
                let metadata = json!({ "name": self.name, "labels": labels["labels"] });
                json!({ "apiVersion": made["apiVersion"], "kind": made["kind"], "metadata": metadata })
            }
            other => panic!("nobody says what a patch of {other} is"),
        };
        let answer = self.send(Method::PATCH, &self.object(), Some(body)).await;
        assert_eq!(self.json(answer)["metadata"]["labels"]["patched"], "yes", "{:?}", self.kind);
        let kept = self.at.admin.get(&self.object()).await.ok();
        let expected = if self.is_dry() { Value::Null } else { "yes".into() };
        assert_eq!(kept["metadata"]["labels"]["patched"], expected, "{:?}", self.kind);
    }

    async fn status(&self) {
        self.made().await;
        let status = json!({ "mirrorServices": [] });
        let path = format!("{}/status", self.object());
        let answer = self.send(Method::PATCH, &path, Some(json!({ "status": status }))).await;
        assert_eq!(self.json(answer)["status"], status, "{:?}", self.kind);
    }

    async fn update(&self) {
        let mut object = self.made().await;
        object["metadata"]["labels"] = json!({ "put": "yes" });
        let answer = self.send(Method::PUT, &self.object(), Some(object)).await;
        assert_eq!(self.json(answer)["metadata"]["labels"]["put"], "yes", "{:?}", self.kind);
    }

    /// What changes after the version, and nothing that was there before.
    async fn watch(&self) {
        let made = self.made().await;
        let version = text(&made["metadata"]["resourceVersion"]);
        let change = json!({ "metadata": { "labels": { "watched": "yes" } } });
        self.at.admin.merge(&self.object(), &change).await.ok();
        let answer = self.send_from(Method::GET, &self.objects(), None, &version).await;
        assert_eq!(answer.headers["content-type"], "application/json", "{:?}", self.kind);
        let events = answer.text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let of_it: Vec<Value> =
            events.filter(|event| event["object"]["metadata"]["name"] == self.name.as_str()).collect();
        let first = of_it.first().unwrap_or_else(|| panic!("{:?}: {}", self.kind, answer.text));
        assert_eq!(first["type"], "MODIFIED", "{:?}", self.kind);
        assert_eq!(first["object"]["metadata"]["labels"]["watched"], "yes", "{:?}", self.kind);
    }
}
