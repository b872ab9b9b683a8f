//! What these tests begin with: a namespace in both clusters with a Service that has a backend.

use crate::coverage::rests_on_beliefs;
use crate::marks::{self, Marks};
use std::path::{Path, PathBuf};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{CountingProxy, Upstream};
use testkit::real::Ground;
use testkit::world::{KubeconfigFile, Service, World};

/// The plugin that cargo built for this test.
pub(crate) fn plugin() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-mesh_export"))
}

/// A world with `svc/postgres-rw` and its ready pod in `infra`, and its namespace in `apps`.
pub(crate) struct Bed {
    pub(crate) world: World,
    pub(crate) infra: CountingProxy,
    pub(crate) apps: CountingProxy,
    kubeconfig: PathBuf,
}

impl Bed {
    /// Makes it; requests to both clusters pass a proxy, and are those of a user of its own.
    pub(crate) fn new(ground: &'static Ground, label: &str) -> Self {
        let world = World::new(ground, label);
        world.service("infra", database("postgres-rw"));
        world.pod("infra", "postgres-0", &[("app", "postgres")]);
        let infra = CountingProxy::start(Upstream::of(ground, "infra"));
        let apps = CountingProxy::start(Upstream::of(ground, "apps"));
        let user = || marks::administrator(&marks::user(&world));
        let file = KubeconfigFile::new(ground)
            .through("infra", &infra, user())
            .through("apps", &apps, user())
            .namespace("infra", world.namespace())
            .current("infra");
        let kubeconfig = world.kubeconfig(&file);
        Self { world, infra, apps, kubeconfig }
    }

    /// A kubectl that reaches both clusters through the proxies.
    pub(crate) fn kubectl(&self) -> Kubectl {
        Kubectl::new(plugin()).kubeconfig(&self.kubeconfig)
    }

    /// From here on, what the plugin asks of the API servers.
    pub(crate) fn mark(&self) -> Marks {
        Marks::of(self.world.ground(), &marks::user(&self.world))
    }

    /// An outcome without what differs between runs.
    pub(crate) fn stable(&self, outcome: Outcome) -> String {
        let times = [(r"\+\d+\.\d+s", "+0.0s"), (r"\+\d+s", "+0.0s")];
        outcome.redacted(&[(self.world.namespace(), "databases")]).redacted(&times).to_string()
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        rests_on_beliefs([&self.infra, &self.apps]);
    }
}

/// A Service that selects the pod of the bed.
pub(crate) fn database(name: &str) -> Service {
    Service::new(name).port("postgres", 5432, 5432).selector("app", "postgres")
}
