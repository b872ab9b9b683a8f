//! Who asks is known to the audit logs: the plugin acts as a user of its test's own, so that its requests are told
//! from those of all other tests, about whatever they are.

use serde_json::json;
use testkit::audit::{Audit, Request, writes};
use testkit::proxy::ADMIN_TOKEN;
use testkit::real::Ground;
use testkit::world::{User, World};

/// The name of the user of this world.
pub(crate) fn user(world: &World) -> String {
    format!("tester-of-{}", world.namespace())
}

/// An administrator under this name, behind a proxy.
pub(crate) fn administrator(name: &str) -> User {
    User::Raw(json!({ "token": ADMIN_TOKEN, "as": name, "as-groups": ["system:masters"] }))
}

/// What a run that sends nothing writes.
pub(crate) const NOTHING: [&str; 0] = [];
/// What an export of a Service without labels writes.
pub(crate) const LABELLED: [&str; 1] = ["infra patch services postgres-rw 200"];

/// A place in both audit logs.
pub(crate) struct Marks {
    infra: Audit,
    apps: Audit,
}

impl Marks {
    /// From here on, what this user asks of the API servers.
    pub(crate) fn of(ground: &Ground, user: &str) -> Self {
        let mark = |name| Audit::mark(ground.cluster(name)).of_user(user);
        Self { infra: mark("infra"), apps: mark("apps") }
    }

    /// From here on, what the plugin asks of the API servers about the namespace of this world, whoever it acts as.
    pub(crate) fn about(world: &World) -> Self {
        let (ground, namespace) = (world.ground(), world.namespace());
        let mark = |name| Audit::mark(ground.cluster(name)).of_agent("kubectl-mesh-export").about(namespace);
        Self { infra: mark("infra"), apps: mark("apps") }
    }

    /// What was asked of `infra` and of `apps`.
    pub(crate) fn requests(&self) -> [Vec<Request>; 2] {
        [&self.infra, &self.apps].map(Audit::since)
    }

    /// What could have changed something, as `CLUSTER VERB RESOURCE NAME CODE`.
    pub(crate) fn writes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (cluster, requests) in ["infra", "apps"].into_iter().zip(self.requests()) {
            lines.extend(writes(&requests).into_iter().map(|one| {
                let name = one.name.clone().unwrap_or_default();
                format!("{cluster} {} {} {name} {}", one.verb, one.resource, one.code)
            }));
        }
        lines
    }

    /// How many listings of each of these resources `apps` was asked for.
    pub(crate) fn listings<const N: usize>(&self, resources: [&str; N]) -> [usize; N] {
        let [_, requests] = self.requests();
        let is_one = |request: &&Request, resource| request.verb == "list" && request.resource == resource;
        resources.map(|resource| requests.iter().filter(|request| is_one(request, resource)).count())
    }
}
