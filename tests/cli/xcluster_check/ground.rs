//! Two real API servers: what was asked, by whom, and what is seen there.

use crate::worlds::plugin;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{ADMIN_TOKEN, CountingProxy, Upstream};
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
    let Some(ground) = testkit::kubectl::ground() else { return };
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
    let Some(ground) = testkit::kubectl::ground() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "gone");
    stage.comes();
    let link =
        ["--context", "apps", "-n", "linkerd-multicluster", "get", "links.multicluster.linkerd.io", "infra"];
    assert_eq!(stage.kubectl().run(link).code, Some(0));
    let patch =
        json!([{ "op": "replace", "path": "/spec/gatewayAddress", "value": "203.0.113.77" }]).to_string();
    let words = [&link[..4], &["patch", link[5], "infra", "--type=json", "-p", &patch]].concat();
    assert_eq!(stage.kubectl().run(words).code, Some(0));
    let said = stage.until("the address is missed", |outcome| outcome.stdout.contains("(gateway-address)"));
    assert_eq!(said.code, Some(3), "{said}");
    assert!(said.stdout.starts_with("error: "), "{said}");
}

/// Binds the roles that are printed to a user of the stage's own, in both clusters.
fn bind(stage: &Stage, user: &str) {
    let printed = stage.kubectl().run(["xcluster-check", "--show-rbac"]);
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
    let Some(ground) = testkit::kubectl::ground() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, &mesh, "roles");
    stage.comes();
    let user = format!("looker-in-{}", stage.world.namespace());
    let nobody = stage.check(&["--as", &user]);
    assert_eq!(nobody.code, Some(4), "{nobody}");
    assert!(nobody.stdout.contains("forbidden"), "{nobody}");
    bind(&stage, &user);
    let seen = stage.until_as(&user);
    assert!(seen.stdout.contains("nothing is wrong"), "{seen}");
    assert!(!seen.stdout.contains("not looked at: the "), "{seen}");
}
