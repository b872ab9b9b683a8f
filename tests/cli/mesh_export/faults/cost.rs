//! What a run costs: an export in a namespace of one Service and in one of hundreds, a look at many namespaces, and
//! credentials that are renewed under way.

use super::stage::{EXPORTED, MIRROR, Stage, ended, postgres};
use serde_json::json;
use testkit::proxy::{ADMIN_TOKEN, Answer, CountingProxy, Fault, When};
use testkit::world::{User, World, mesh_shared};

const OTHERS: usize = 600;
const HANDS: usize = 12;
const NAMESPACES: usize = 30;
/// Requests to one cluster: more would be one that grew in unnoticed. Most of them, all at once, are of the preflight: roles, and
/// in two namespaces of the exporter five kinds of policies, two of network policies, and four of routes; where the Gateway API
/// is not served as Linkerd reads it, one asks for older versions.
const MOST: usize = 41;
/// kube speaks HTTP/1.1: each of them is a handshake.
const CONNECTIONS: usize = 8;

#[test]
fn an_export_costs_the_same_among_hundreds_of_services_as_alone() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "cost");
    let alone = cost(&stage);
    ended(&stage.undo(&[]), 0, &[]);
    stage.eventually("the mirror is gone", || stage.get("apps", "Service", MIRROR).is_none());
    std::thread::scope(|scope| {
        for hand in 0..HANDS {
            let world = &stage.world;
            scope.spawn(move || (hand..OTHERS).step_by(HANDS).for_each(|number| other(world, number)));
        }
    });
    let crowded = cost(&stage);
    assert_eq!(crowded, alone, "requests to infra and apps");
    assert!(alone.iter().all(|requests| (1..=MOST).contains(requests)), "{alone:?}");
}

/// How many requests of an export reach the exporter and the consumer: what their audit logs say.
fn cost(stage: &Stage) -> [usize; 2] {
    stage.infra.reset();
    stage.apps.reset();
    let marks = stage.mark();
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    within_the_bound(stage);
    marks.requests().map(|requests| requests.len())
}

/// Headless, so that hundreds of them do not use up the addresses of the cluster.
fn other(world: &World, number: usize) {
    let metadata = json!({ "name": format!("other-{number}"), "namespace": world.namespace() });
    let spec = json!({ "clusterIP": "None", "ports": [{ "name": "http", "port": 80 }] });
    world
        .apply("infra", json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec }));
}

/// Neither cluster saw more connections at once than it may.
#[track_caller]
fn within_the_bound(stage: &Stage) {
    for proxy in [&stage.infra, &stage.apps] {
        let lines: Vec<String> = proxy.requests().iter().map(testkit::proxy::Recorded::line).collect();
        assert!(proxy.connections() <= CONNECTIONS, "{} at once: {lines:#?}", proxy.connections());
    }
}

#[test]
fn credentials_that_are_renewed_in_the_midst_of_many_namespaces_open_no_more_connections() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "renewed");
    let label = stage.world.namespace();
    let selector = format!("cost={label}");
    let worlds: Vec<World> = std::thread::scope(|scope| {
        let made = (0..NAMESPACES).map(|_| {
            scope.spawn(|| {
                let world = World::new(ground, "renewed");
                world.service("infra", postgres().label(EXPORTED, "true").label("cost", label));
                world
            })
        });
        made.collect::<Vec<_>>().into_iter().map(|hand| hand.join().unwrap()).collect()
    });
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    let runs = |cluster: &str| stage.world.folder().join(format!("{cluster}.runs"));
    let [infra, apps] = ["infra", "apps"].map(|cluster| plugin(&runs(cluster).display().to_string()));
    let kubectl = stage.kubectl_as(infra, apps);
    let undo = ["undo", "-A", "-l", &selector, "--take-over", "--dry-run=client"];
    // An undo asks who uses the mirrors, here in each namespace by itself: the refusal comes before all connections are open, when
    // they are all in use, and among many that wait.
    for (command, sent, code) in [(&["list", "-A"][..], 2, 0), (&undo, 9, 5), (&undo, 12, 5), (&undo, 30, 5)]
    {
        for (proxy, sent) in [(&stage.infra, 1), (&stage.apps, sent)] {
            proxy.reset();
            nowhere_at_once(proxy);
            refuse(proxy, sent);
        }
        let outcome = kubectl.run(["mesh-export"].iter().chain(command));
        ended(&outcome, code, &[]);
        within_the_bound(&stage);
        // A request that waits for a connection that nobody gives back is given up, and so are those behind it.
        let asked = stage.apps.requests().iter().filter(|one| one.path.ends_with("/ingresses")).count();
        assert!(code == 0 || asked >= NAMESPACES, "{asked} after {sent}: {outcome}");
        assert!(worlds.iter().all(|one| outcome.stdout.contains(one.namespace())), "{outcome}");
        for (name, proxy) in [("infra", &stage.infra), ("apps", &stage.apps)] {
            let refused = proxy.requests().iter().filter(|one| one.status == Some(401)).count();
            let ran = std::fs::read_to_string(runs(name)).unwrap().lines().count();
            std::fs::remove_file(runs(name)).unwrap();
            assert_eq!((refused, ran), (1, 2), "{name}: {outcome}");
        }
    }
}

/// Pods and ingresses may be listed in each namespace, and not in all of them at once.
fn nowhere_at_once(proxy: &CountingProxy) {
    for (path, resource) in [("/api/v1/pods", "pods"), ("/networking.k8s.io/v1/ingresses", "ingresses")] {
        let forbidden = Answer::forbidden("tester", "list", resource, "");
        proxy.on(When::every("GET", path), Fault::Answer(forbidden));
    }
}

/// Refuses one request after so many, as a server does when a token has run out.
fn refuse(proxy: &CountingProxy, after: usize) {
    proxy.on(When::every("GET", "").after(after).times(1), Fault::Answer(Answer::unauthorized()));
}

/// A credential plugin that writes down its runs.
fn plugin(runs: &str) -> User {
    let answer = json!({ "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": { "token": ADMIN_TOKEN } });
    let script = format!("echo run >> '{runs}'; echo '{answer}'");
    User::Raw(json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
        "command": "sh", "args": ["-c", script] } }))
}
