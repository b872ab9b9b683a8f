//! A world in which something goes wrong: who asks is known to the audit log, and what is there can be compared.

use crate::coverage::rests_on_beliefs;
use crate::marks::{self, Marks};
use kube::api::{Api, ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::GroupVersionKind;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{CountingProxy, Upstream};
use testkit::real::Ground;
use testkit::world::{KubeconfigFile, Service, User, World, wait};

pub(crate) const EXPORTED: &str = "mirror.linkerd.io/exported";
pub(crate) const SERVICE: &str = "postgres-rw";
pub(crate) const MIRROR: &str = "postgres-rw-infra";
/// What any run of these tests ends within, unless it waits on purpose.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// `svc/postgres-rw` with a ready pod in `infra`, its namespace in both clusters, a proxy in front of each, and a
/// user of its own, so that the audit log tells its requests from those of other tests.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) infra: CountingProxy,
    pub(crate) apps: CountingProxy,
    user: String,
    kubeconfig: PathBuf,
}

impl Stage {
    pub(crate) fn new(ground: &'static Ground, label: &str) -> Self {
        Self::on(World::new(ground, label))
    }

    pub(crate) fn on(world: World) -> Self {
        world.service("infra", postgres());
        world.pod("infra", "postgres-0", &[("app", "postgres")]);
        let infra = CountingProxy::start(Upstream::of(world.ground(), "infra"));
        let apps = CountingProxy::start(Upstream::of(world.ground(), "apps"));
        let user = marks::user(&world);
        let mut stage = Self { world, infra, apps, user, kubeconfig: PathBuf::new() };
        stage.kubeconfig = stage.world.kubeconfig(&stage.file(stage.administrator(), stage.administrator()));
        stage.eventually("the backend is ready", || stage.ready_addresses("infra", SERVICE) > 0);
        stage
    }

    /// An administrator under the name of this stage.
    pub(crate) fn administrator(&self) -> User {
        marks::administrator(&self.user)
    }

    /// A kubeconfig in which these users go through the proxies.
    pub(crate) fn file(&self, infra: User, apps: User) -> KubeconfigFile {
        KubeconfigFile::new(self.world.ground())
            .through("infra", &self.infra, infra)
            .through("apps", &self.apps, apps)
            .namespace("infra", self.world.namespace())
            .current("infra")
    }

    pub(crate) fn kubectl(&self) -> Kubectl {
        Kubectl::new(plugin()).kubeconfig(&self.kubeconfig)
    }

    /// A kubectl with users of the test's choice.
    pub(crate) fn kubectl_as(&self, infra: User, apps: User) -> Kubectl {
        Kubectl::new(plugin()).kubeconfig(self.world.kubeconfig(&self.file(infra, apps)))
    }

    pub(crate) fn export(&self, more: &[&str]) -> Outcome {
        self.kubectl().run(["mesh-export", "svc/postgres-rw"].iter().chain(more))
    }

    pub(crate) fn undo(&self, more: &[&str]) -> Outcome {
        self.kubectl().run(["mesh-export", "undo", "svc/postgres-rw"].iter().chain(more))
    }

    pub(crate) fn proxy(&self, cluster: &str) -> &CountingProxy {
        if cluster == "infra" { &self.infra } else { &self.apps }
    }

    /// An object of the world's namespace.
    pub(crate) fn get(&self, cluster: &str, kind: &str, name: &str) -> Option<Value> {
        let (api, name) = (self.api(cluster, kind), name.to_owned());
        let found = wait(async move || api.get_opt(&name).await.unwrap());
        found.map(|object| serde_json::to_value(object).unwrap())
    }

    /// All objects of a group, kind and plural in the world's namespace.
    pub(crate) fn list(&self, cluster: &str, (group, kind, plural): (&str, &str, &str)) -> Vec<Value> {
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", kind), plural);
        let client = self.world.client(cluster);
        let api: Api<DynamicObject> = Api::namespaced_with(client, self.world.namespace(), &resource);
        let listed = wait(async move || api.list(&ListParams::default()).await.unwrap());
        listed.items.into_iter().map(|object| serde_json::to_value(object).unwrap()).collect()
    }

    pub(crate) fn delete(&self, cluster: &str, kind: &str, name: &str) {
        let (api, name) = (self.api(cluster, kind), name.to_owned());
        wait(async move || drop(api.delete(&name, &DeleteParams::default()).await.unwrap()));
    }

    /// Applies fields of the Service in `infra` as this manager.
    pub(crate) fn apply_as(&self, manager: &str, metadata: &Value) {
        let mut object = json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata });
        object["metadata"]["name"] = SERVICE.into();
        let (api, parameters) = (self.api("infra", "Service"), PatchParams::apply(manager).force());
        wait(async move || drop(api.patch(SERVICE, &parameters, &Patch::Apply(&object)).await.unwrap()));
    }

    fn api(&self, cluster: &str, kind: &str) -> Api<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", kind));
        let resource = match kind {
            "Endpoints" => ApiResource { plural: "endpoints".to_owned(), ..resource },
            _ => resource,
        };
        Api::namespaced_with(self.world.client(cluster), self.world.namespace(), &resource)
    }

    /// The export label of the Service.
    pub(crate) fn label(&self) -> Option<String> {
        let service = self.get("infra", "Service", SERVICE)?;
        service["metadata"]["labels"][EXPORTED].as_str().map(str::to_owned)
    }

    /// How many addresses of an Endpoints object are ready.
    pub(crate) fn ready_addresses(&self, cluster: &str, name: &str) -> usize {
        let endpoints = self.get(cluster, "Endpoints", name).unwrap_or_default();
        let subsets = endpoints["subsets"].as_array().cloned().unwrap_or_default();
        subsets.iter().map(|subset| subset["addresses"].as_array().map_or(0, Vec::len)).sum()
    }

    /// The labels of the Service, who owns which label, and how far the mirror is: what two runs can differ in.
    pub(crate) fn state(&self) -> Value {
        let service = self.get("infra", "Service", SERVICE).unwrap_or_default();
        let entries = service["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
        let owner = |entry: &Value| {
            let labels = entry.pointer("/fieldsV1/f:metadata/f:labels")?;
            Some(json!({ "manager": entry["manager"], "by": entry["operation"], "labels": labels }))
        };
        let mirror = self.get("apps", "Service", MIRROR).is_some();
        json!({
            "labels": service["metadata"]["labels"],
            "owners": entries.iter().filter_map(owner).collect::<Vec<_>>(),
            "mirror": mirror,
            "usable": mirror && self.ready_addresses("apps", MIRROR) > 0,
        })
    }

    /// Looks until something is the case; fails the test when it never is.
    pub(crate) fn eventually(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < SOON, "never in {}: {what}", self.world.namespace());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// From here on, what the user of this stage asks of the API servers.
    pub(crate) fn mark(&self) -> Marks {
        Marks::of(self.world.ground(), &self.user)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        rests_on_beliefs([&self.infra, &self.apps]);
    }
}

pub(crate) fn plugin() -> &'static Path {
    crate::bed::plugin()
}

pub(crate) fn postgres() -> Service {
    Service::new(SERVICE).port("postgres", 5432, 5432).selector("app", "postgres")
}

/// The run ended like this, and said all of this on stderr.
#[track_caller]
pub(crate) fn ended(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{outcome}");
    for word in words {
        assert!(outcome.stderr.contains(word), "{word:?} was not said:\n{outcome}");
    }
}
