//! Two real API servers: what was asked, by whom, and what is seen there.

use crate::worlds::plugin;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use testkit::kubectl::{Kubectl, Outcome, Signal};
use testkit::proxy::{ADMIN_TOKEN, CountingProxy, Recorded, Upstream};
use testkit::real::Ground;
use testkit::world::{Controller, KubeconfigFile, LinkSpec, Service, User, World, mesh_alone, quick};

const SOON: Duration = Duration::from_secs(60);
const RBAC: &str = "rbac.authorization.k8s.io";

/// One export that has come, from `infra` to `apps`, and a proxy in front of each.
struct Stage {
    world: World,
    proxies: BTreeMap<&'static str, CountingProxy>,
    kubeconfig: PathBuf,
    _controller: Controller,
}

impl Stage {
    fn new(ground: &'static Ground, mesh: &testkit::world::Alone, label: &str) -> Self {
        let world = World::new(ground, label);
        world.link("apps", "infra", LinkSpec::default());
        let controller = mesh.controller("apps", quick("infra"));
        let service = Service::new("postgres-rw").port("postgres", 5432, 5432).selector("app", "postgres");
        world.service("infra", service.label("mirror.linkerd.io/exported", "true"));
        world.pod("infra", "postgres-0", &[("app", "postgres")]);
        let proxies: BTreeMap<_, _> = ["infra", "apps"]
            .map(|cluster| (cluster, CountingProxy::start(Upstream::of(ground, cluster))))
            .into();
        let admin = || User::Raw(json!({ "token": ADMIN_TOKEN }));
        let file = proxies.iter().fold(KubeconfigFile::new(ground), |file, (cluster, proxy)| {
            file.through(cluster, proxy, admin())
        });
        let kubeconfig = world.kubeconfig(&file.current("infra"));
        Self { world, proxies, kubeconfig, _controller: controller }
    }

    fn kubectl(&self) -> Kubectl {
        Kubectl::new(plugin()).kubeconfig(&self.kubeconfig)
    }

    fn check(&self, words: &[&str]) -> Outcome {
        let namespace = self.world.namespace();
        self.kubectl().run(["xcluster-check", "-n", namespace].iter().chain(words))
    }

    #[track_caller]
    fn comes(&self) {
        let come = self.until("the mirror has come", |outcome| outcome.code == Some(0));
        assert!(come.stdout.starts_with("nothing is wrong: "), "{come}");
    }

    #[track_caller]
    fn until(&self, what: &str, is_so: impl Fn(&Outcome) -> bool) -> Outcome {
        let start = Instant::now();
        loop {
            let outcome = self.check(&[]);
            if is_so(&outcome) {
                return outcome;
            }
            assert!(start.elapsed() < SOON, "never: {what}\n{outcome}");
        }
    }

    /// Lets the Link lead to a gateway at this address, and returns where it led before.
    #[track_caller]
    fn lead_to(&self, address: &str) -> String {
        const PLACE: [&str; 4] = ["--context", "apps", "-n", "linkerd-multicluster"];
        let asked =
            ["get", "links.multicluster.linkerd.io", "infra", "-o", "jsonpath={.spec.gatewayAddress}"];
        let before = self.kubectl().run(PLACE.iter().chain(&asked));
        assert_eq!(before.code, Some(0), "{before}");
        let patch =
            json!([{ "op": "replace", "path": "/spec/gatewayAddress", "value": address }]).to_string();
        let words = ["patch", "links.multicluster.linkerd.io", "infra", "--type=json", "-p", &patch];
        let patched = self.kubectl().run(PLACE.iter().chain(&words));
        assert_eq!(patched.code, Some(0), "{patched}");
        before.stdout
    }

    /// Rights count a moment after they were given.
    #[track_caller]
    fn until_as(&self, user: &str) -> Outcome {
        let start = Instant::now();
        loop {
            let outcome = self.check(&["--as", user]);
            if outcome.code == Some(0) && !outcome.stdout.contains("forbidden") {
                return outcome;
            }
            assert!(start.elapsed() < SOON, "never enough rights\n{outcome}");
        }
    }
}

#[test]
fn an_export_that_works_is_well_and_nothing_is_asked_twice_or_written() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "well");
    let well = stage.until("the mirror has come", |outcome| outcome.code == Some(0));
    assert!(well.stdout.contains("1 Link, 1 mirror"), "{well}");
    stage.proxies.values().for_each(CountingProxy::reset);
    assert_eq!(stage.check(&[]).code, Some(0));
    for (cluster, proxy) in &stage.proxies {
        let mut asked = BTreeMap::<String, usize>::new();
        for request in proxy.requests() {
            assert!(!request.is_write() && !request.is_watch(), "{cluster}: {}", request.line());
            *asked.entry(format!("{} {}", request.line(), request.accept)).or_default() += 1;
        }
        let twice: Vec<_> = asked.iter().filter(|(_, times)| **times > 1).collect();
        assert_eq!(twice, Vec::<(&String, &usize)>::new(), "{cluster}");
        assert!(asked.len() > 20, "{cluster}: {asked:?}");
    }
}

#[test]
fn a_gateway_that_is_gone_leads_as_on_the_sandbox() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "gone");
    stage.comes();
    stage.lead_to("203.0.113.77");
    let said = stage.until("the address is missed", |outcome| outcome.stdout.contains("(gateway-address)"));
    assert_eq!(said.code, Some(3), "{said}");
    assert!(said.stdout.starts_with("error: "), "{said}");
}

/// Binds the roles that are printed to a user of the stage's own, in both clusters.
fn bind(stage: &Stage, user: &str, words: &[&str]) {
    let printed = stage.kubectl().run(["xcluster-check", "--show-rbac"].iter().chain(words));
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""), "{printed}");
    let bound = [
        ("reader", None),
        ("reader-links", Some("linkerd-multicluster")),
        ("reader-issuer", Some("linkerd")),
    ];
    for cluster in ["infra", "apps"] {
        let apply = ["--context", cluster, "apply", "--validate=false", "-f", "-"];
        let applied = stage.kubectl().stdin(printed.stdout.clone()).run(apply);
        assert_eq!(applied.code, Some(0), "{applied}");
        let home = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "linkerd" } });
        stage.world.apply(cluster, home);
        for (role, namespace) in bound {
            stage.world.apply(cluster, binding(user, role, namespace));
        }
    }
}

fn binding(user: &str, role: &str, namespace: Option<&str>) -> Value {
    let role = format!("xcluster-check-{role}");
    let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
    json!({ "apiVersion": format!("{RBAC}/v1"), "kind": kind,
        "metadata": { "name": format!("{role}-{user}"), "namespace": namespace },
        "roleRef": { "apiGroup": RBAC, "kind": "ClusterRole", "name": role },
        "subjects": [{ "apiGroup": RBAC, "kind": "User", "name": user }] })
}

#[test]
fn who_has_the_roles_that_are_printed_sees_all_of_it_and_who_has_none_is_told_what_is_missing() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "roles");
    stage.comes();
    let user = format!("looker-in-{}", stage.world.namespace());
    let nobody = stage.check(&["--as", &user]);
    assert_eq!(nobody.code, Some(4), "{nobody}");
    assert!(nobody.stdout.contains("forbidden"), "{nobody}");
    bind(&stage, &user, &[]);
    let seen = stage.until_as(&user);
    assert!(seen.stdout.contains("nothing is wrong"), "{seen}");
    assert!(!seen.stdout.contains("not looked at: the "), "{seen}");
}

#[test]
fn who_has_the_roles_to_watch_hears_what_breaks_and_what_is_mended() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "watch");
    stage.comes();
    let (namespace, user) = (stage.world.namespace(), format!("watcher-in-{}", stage.world.namespace()));
    bind(&stage, &user, &["--watch"]);
    assert!(stage.until_as(&user).stdout.contains("nothing is wrong"));
    stage.proxies.values().for_each(CountingProxy::reset);
    let kubectl = stage.kubectl();
    let mut running = kubectl.spawn(["xcluster-check", "-n", namespace, "--as", &user, "--watch"]);
    assert!(running.wait_stderr("watching 2 clusters", SOON), "it never begins to watch");
    let before = stage.lead_to("203.0.113.77");
    assert!(running.wait_stdout(" + new: error: ", SOON), "what breaks is not told");
    stage.lead_to(&before);
    assert!(running.wait_stdout(" - gone: error: ", SOON), "what is mended is not told");
    running.signal(Signal::Interrupt);
    let said = running.wait(SOON);
    assert_eq!(said.code, Some(130), "{said}");
    assert!(said.stdout.contains("(gateway-address)"), "{said}");
    // Every watch was allowed, and what has not changed was not listed again.
    assert!(!said.stderr.contains("cannot watch"), "{said}");
    for (cluster, proxy) in &stage.proxies {
        let lists = |resource: &str| {
            let ending = format!("/{resource}");
            let of_it = |request: &&Recorded| request.path.ends_with(&ending) && !request.is_watch();
            proxy.requests().iter().filter(of_it).count()
        };
        assert_eq!((lists("nodes"), lists("clusterroles")), (1, 1), "{cluster}");
    }
}
