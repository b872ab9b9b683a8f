//! The real ground with one database, as the measurements find it.

use std::path::Path;

use testkit::proxy::{CountingProxy, Recorded, Upstream};
use testkit::real::Ground;
use testkit::world::{KubeconfigFile, LinkSpec, Service, User, World};

use bench::plan::{Cluster, Plan, Request};

use crate::runs::Track;

/// Both clusters of the ground, linked, and a namespace in both with `svc/postgres-rw`.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) track: Track,
}

impl Stage {
    pub(crate) fn new(ground: &'static Ground, plugin: &Path) -> Self {
        let world = World::new(ground, "bench");
        world.service("infra", database("postgres-rw"));
        world.pod("infra", "postgres-0", &[("app", "postgres")]);
        world.link("apps", "infra", LinkSpec::default());
        let file = KubeconfigFile::new(ground)
            .direct("infra", User::Admin)
            .direct("apps", User::Admin)
            .namespace("infra", world.namespace())
            .namespace("apps", world.namespace());
        let track = Track::new(plugin, &world.kubeconfig(&file));
        Self { world, track }
    }

    /// What a plugin asks of both clusters with these arguments, which end with this code.
    pub(crate) fn requests(&self, plugin: &Path, arguments: &[&str], code: i32) -> [Vec<Recorded>; 2] {
        let ground = self.world.ground();
        let proxies = ["infra", "apps"].map(|name| (name, CountingProxy::start(Upstream::of(ground, name))));
        let through = |file: KubeconfigFile, (name, proxy): &(&str, CountingProxy)| {
            file.through(name, proxy, User::Admin).namespace(name, self.world.namespace())
        };
        let file = proxies.iter().fold(KubeconfigFile::new(ground), through);
        let track = Track::new(plugin, &self.world.kubeconfig(&file));
        let outcome = track.kubectl.run_directly(arguments);
        assert_eq!(outcome.code, Some(code), "{outcome}");
        proxies.map(|(_, proxy)| proxy.requests())
    }

    /// These requests, for `floor`. A body is that of a dry run of an export, which is the only one that has any.
    pub(crate) fn plan(&self, requests: &[Vec<Recorded>; 2], connections: usize) -> Plan {
        let ground = self.world.ground();
        let cluster = |(name, requests): (&str, &Vec<Recorded>)| {
            let cluster = ground.cluster(name);
            let (certificate, key) = cluster.client_certificate("bench", "system:masters");
            let address = cluster.server().trim_start_matches("https://").to_owned();
            let requests = requests.iter().map(|request| self.request(request)).collect();
            Cluster { address, authority: cluster.authority(), certificate, key, requests }
        };
        let clusters = ["infra", "apps"].into_iter().zip(requests).map(cluster).collect();
        Plan { connections, clusters }
    }

    fn request(&self, recorded: &Recorded) -> Request {
        let line = recorded.line();
        let uri = line.split_once(' ').map_or("", |(_, uri)| uri).to_owned();
        let body = match recorded.method.as_str() {
            "PATCH" => format!(
                r#"{{"apiVersion":"v1","kind":"Service","metadata":{{"name":"postgres-rw","namespace":"{}","labels":{{"mirror.linkerd.io/exported":"true"}}}}}}"#,
                self.world.namespace()
            ),
            _ => String::new(),
        };
        let status = recorded.status.expect("an answer");
        let (accept, content_type) = (recorded.accept.clone(), recorded.content_type.clone());
        Request { method: recorded.method.clone(), uri, accept, content_type, body, status }
    }
}

/// A Service that selects the pod of the stage.
pub(crate) fn database(name: &str) -> Service {
    Service::new(name).port("postgres", 5432, 5432).selector("app", "postgres")
}
