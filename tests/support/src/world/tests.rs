//! Worlds, proxies and kubectl together, on the real ground.

use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use k8s_openapi::api::core::v1::{Endpoints, Service as CoreService};
use kube::Api;
use serde_json::json;

use super::{
    Credentials, KubeconfigFile, LinkSpec, Service, User, World, mesh, mesh_alone, mesh_shared, objects, wait,
};
use crate::{
    kubectl::{self, Kubectl, Signal},
    proxy::{Answer, CountingProxy, Fault, Upstream, When},
    real,
};

const SOON: Duration = Duration::from_secs(20);

/// A plugin that is nothing but kubectl itself: `kubectl pass get svc`.
fn passing(world: &World) -> Kubectl {
    let file: PathBuf = world.folder().join("kubectl-pass");
    std::fs::write(&file, "#!/bin/sh\nexec kubectl \"$@\"\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    Kubectl::new(&file)
}

fn exported() -> Service {
    Service::new("web")
        .port("http", 80, 8080)
        .selector("app", "web")
        .label("mirror.linkerd.io/exported", "true")
}

/// Waits for the Endpoints of a mirror and returns their first address.
fn mirror(world: &World, cluster: &str, name: &'static str) -> String {
    let endpoints = Api::<Endpoints>::namespaced(world.client(cluster), world.namespace());
    wait(async move || {
        objects::until("the mirror's Endpoints", async || first_address(&endpoints, name).await).await
    })
}

async fn first_address(endpoints: &Api<Endpoints>, name: &str) -> Option<String> {
    Some(endpoints.get(name).await.ok()?.subsets?.first()?.addresses.as_ref()?.first()?.ip.clone())
}

#[test]
fn kubectl_works_through_the_proxy_and_is_counted() {
    let Some(ground) = kubectl::ground() else { return };
    let world = World::new(ground, "counted");
    let proxy = CountingProxy::start(Upstream::of(ground, "infra"));
    let file = KubeconfigFile::new(ground).through("infra", &proxy, User::Admin).direct("apps", User::Admin);
    let kubectl = passing(&world).kubeconfig(world.kubeconfig(&file));
    world.service("infra", exported());
    world.pod("infra", "web-0", &[("app", "web")]);
    let outcome = kubectl.run(["pass", "get", "services", "-A", "-o", "name"]);
    assert!(outcome.code == Some(0) && outcome.stdout.contains("service/web\n"), "{outcome}");
    assert!(proxy.requests().iter().any(|seen| seen.path == "/api/v1/services" && seen.status == Some(200)));
    let direct =
        kubectl.run(["pass", "--context", "apps", "get", "namespace", world.namespace(), "-o", "name"]);
    assert_eq!(direct.stdout, format!("namespace/{}\n", world.namespace()), "{direct}");
    proxy.on(
        When::every("GET", "/services"),
        Fault::Answer(Answer::forbidden("dev", "list", "services", "shop")),
    );
    let refused = kubectl.run(["pass", "get", "services", "-n", "shop"]);
    assert!(
        refused.stderr.starts_with("Error from server (Forbidden): services is forbidden: User \"dev\""),
        "{refused}"
    );
}

#[test]
fn a_watch_streams_through_the_proxy() {
    let Some(ground) = kubectl::ground() else { return };
    let world = World::new(ground, "watched");
    let proxy = CountingProxy::start(Upstream::of(ground, "infra"));
    let file = KubeconfigFile::new(ground)
        .through("infra", &proxy, User::Admin)
        .namespace("infra", world.namespace());
    let kubectl = passing(&world).kubeconfig(world.kubeconfig(&file));
    world.service("infra", exported());
    let mut running = kubectl.spawn(["pass", "get", "services", "--watch", "-o", "name"]);
    assert!(running.wait_stdout("service/web\n", SOON), "{}", running.wait(Duration::ZERO));
    world.service("infra", Service::new("late").port("http", 80, 80));
    assert!(running.wait_stdout("service/late\n", SOON), "{}", running.wait(Duration::ZERO));
    running.signal(Signal::Kill);
    assert_eq!(running.wait(SOON).signal, Some(9));
    assert!(proxy.requests().iter().any(crate::proxy::Recorded::is_watch));
}

#[test]
fn a_restricted_user_may_do_only_what_the_rules_say() {
    let Some(ground) = kubectl::ground() else { return };
    let world = World::new(ground, "restricted");
    let rule = json!({ "apiGroups": [""], "resources": ["services"], "verbs": ["list"] });
    let token = world.restricted_user("infra", &[rule], &[]);
    let proxy = CountingProxy::start(Upstream::of(ground, "infra"));
    let user = User::Token(token);
    let direct = KubeconfigFile::new(ground).direct("infra", user.clone());
    let through = KubeconfigFile::new(ground).through("infra", &proxy, user);
    for file in [direct, through] {
        let file = file.namespace("infra", world.namespace());
        let kubectl = passing(&world).kubeconfig(world.kubeconfig(&file));
        let may = kubectl.run(["pass", "get", "services"]);
        assert_eq!(may.code, Some(0), "{may}");
        let may_not = kubectl.run(["pass", "get", "pods"]);
        assert!(may_not.stderr.contains("cannot list resource \"pods\""), "{may_not}");
    }
}

#[test]
fn a_kill_while_held_leaves_nothing_behind() {
    let Some(ground) = kubectl::ground() else { return };
    let world = World::new(ground, "held");
    let proxy = CountingProxy::start(Upstream::of(ground, "infra"));
    let file = KubeconfigFile::new(ground)
        .through("infra", &proxy, User::Admin)
        .namespace("infra", world.namespace());
    let kubectl = passing(&world).kubeconfig(world.kubeconfig(&file));
    for (fault, exists) in [(Fault::HoldBefore, false), (Fault::HoldAfter, true)] {
        proxy.on(When::first("POST", "/configmaps"), fault);
        let mut running = kubectl.spawn(["pass", "create", "configmap", "made"]);
        assert!(proxy.wait_held(SOON).is_some(), "{}", running.wait(Duration::ZERO));
        running.signal(Signal::Kill);
        assert_eq!(running.wait(SOON).signal, Some(9));
        proxy.cut_held();
        let found = kubectl.run(["pass", "get", "configmap", "made", "-o", "name"]);
        assert_eq!(found.code == Some(0), exists, "{found}");
    }
}

#[test]
fn the_common_links_mirror_in_both_directions() {
    let Some(ground) = real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let world = World::new(ground, "mirrored");
    world.pod("infra", "web-0", &[("app", "web")]);
    world.service("infra", exported());
    assert_eq!(mirror(&world, "apps", "web-infra"), "203.0.113.10");
    world.pod("apps", "web-0", &[("app", "web")]);
    world.service("apps", exported());
    mirror(&world, "infra", "web-apps");
}

#[test]
fn a_test_that_is_alone_has_its_own_links() {
    let Some(ground) = real::ground() else { return };
    let mesh = mesh_alone(ground);
    let world = World::new(ground, "alone");
    world.endpoints("infra", "web", &["10.9.8.7"], &[("http", 8080)]);
    world.service("infra", Service::new("web").port("http", 80, 8080).label("share", "yes"));
    let link = LinkSpec::default().name("other").set("gatewayAddress", "203.0.113.20");
    let selector = json!({ "matchLabels": { "share": "yes" } });
    world.link("apps", "infra", link.set("targetClusterName", "other").set("selector", selector));
    let controller = mesh.controller("apps", mesh::quick("other"));
    assert_eq!(mirror(&world, "apps", "web-other"), "203.0.113.20");
    drop(controller);
    world.link("apps", "infra", LinkSpec::default().name("bare").credentials(Credentials::Missing));
    let services = Api::<CoreService>::namespaced(world.client("apps"), world.namespace());
    assert!(wait(async move || services.get_opt("web-bare").await).unwrap().is_none());
}
