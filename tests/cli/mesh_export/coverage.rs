//! What the plugin really sends, against the table of the contract: a request that rests on no tried belief is found
//! here, and so is a belief that no request rests on any more.

#[path = "../../contract/coverage.rs"]
mod table;

use crate::bed::{Bed, database};
use k8s_openapi::jiff::{Timestamp, ToSpan};
use platform::mesh::access::{Bound, ROLES, Role};
use sandbox::controllers::mirror::Parameters;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::belief::Request;
use testkit::linkerd::{Injector, Linkerd};
use testkit::proxy::{Answer, CountingProxy, Fault, Recorded, RequestKind, When};
use testkit::real::Ground;
use testkit::world::{Alone, LinkSpec, World, mesh_alone};

/// What is in the table.
fn known() -> BTreeSet<RequestKind> {
    table::REQUESTS.iter().map(Request::kind).collect()
}

/// What the plugin calls itself.
const AGENT: &str = "kubectl-mesh-export/";

/// Whatever a test makes the plugin send rests on a belief that the contract tries. Every bed asks this at its end.
pub(crate) fn rests_on_beliefs(proxies: [&CountingProxy; 2]) {
    // A test that fails has something better to say.
    if std::thread::panicking() {
        return;
    }
    let requests = proxies.iter().flat_map(|proxy| proxy.all_requests());
    let sent: BTreeSet<RequestKind> =
        requests.filter(|one| one.user_agent.starts_with(AGENT)).map(|one| one.kind()).collect();
    let known = known();
    let unknown: Vec<&RequestKind> = sent.iter().filter(|one| !known.contains(*one)).collect();
    assert!(unknown.is_empty(), "no belief is named for these requests: {unknown:#?}");
}

/// A bed, and the commands that were run on it.
struct Play {
    bed: Bed,
    seen: BTreeSet<RequestKind>,
    /// What was done with which resource, in the exporter and in the consumer.
    used: [BTreeSet<(String, String)>; 2],
}

impl Play {
    /// Runs a command that ends with this code.
    fn run(&mut self, command: &str, code: i32) {
        let kubectl = self.bed.kubectl();
        let outcome = kubectl.run(["mesh-export"].into_iter().chain(command.split_whitespace()));
        assert_eq!(outcome.code, Some(code), "{command}: {outcome}");
        for (proxy, used) in [&self.bed.infra, &self.bed.apps].into_iter().zip(&mut self.used) {
            let kinds: Vec<RequestKind> = proxy.requests().iter().map(Recorded::kind).collect();
            // Which versions of an API there are, everybody may know.
            let granted = kinds.iter().filter(|kind| !kind.resource.is_empty());
            used.extend(granted.map(|kind| (kind.verb.clone(), kind.resource.clone())));
            self.seen.extend(kinds);
        }
    }

    /// Labels a Service as somebody else would.
    fn labelled_by_another(&self, name: &str, value: &str) {
        self.bed.world.service("infra", database(name).label("mirror.linkerd.io/exported", value));
    }
}

/// Nobody works on the Link, so that the plugin waits, asks for the queue and looks for reasons.
fn without_a_controller(play: &mut Play) {
    play.run("svc/postgres-rw --dry-run=client", 5);
    play.run("svc/postgres-rw --dry-run=server", 5);
    play.run("svc/postgres-rw --timeout=7s", 3);
    play.run("explain svc/postgres-rw", 3);
    // Who may not list a kind is refused before anybody looks whether the cluster has it.
    let forbidden = Answer::forbidden("tester", "list", "ciliumclusterwidenetworkpolicies.cilium.io", "");
    play.bed.apps.on(When::first("GET", "/ciliumclusterwidenetworkpolicies"), Fault::Answer(forbidden));
    play.run("explain svc/postgres-rw", 4);
    lacking(play);
}

/// In both clusters a pod of the extension lacks its proxy, and the issuer is one of cert-manager's.
fn lacking(play: &mut Play) {
    let list = |kind: &str, items: Value| {
        let metadata = json!({ "resourceVersion": "1" });
        Answer::json(200, &json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata, "items": items }))
    };
    let pod = json!({ "metadata": { "name": "bare", "namespace": "linkerd-multicluster" }, "spec": {}, "status": {} });
    let injector =
        json!({ "metadata": { "name": "linkerd-proxy-injector" }, "status": { "availableReplicas": 1 } });
    // Something that begins and ends like a certificate.
    let pem = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
    let annotations = json!({ "cert-manager.io/certificate-name": "linkerd-identity-issuer" });
    let issuer = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "annotations": annotations },
        "data": { "tls.crt": pem } });
    let of = |path: &str| When::first("GET", path);
    let injectors = list("DeploymentList", json!([injector]));
    for cluster in [&play.bed.infra, &play.bed.apps] {
        cluster.on(of("/namespaces/linkerd-multicluster/pods"), Fault::Answer(list("PodList", json!([pod]))));
        cluster.on(of("/namespaces/linkerd/deployments"), Fault::Answer(injectors.clone()));
        cluster.on(of("/secrets/linkerd-identity-issuer"), Fault::Answer(Answer::json(200, &issuer)));
    }
    play.run("explain svc/postgres-rw", 3);
    // A gateway that only its own nodes answer for: which one does, a Lease says.
    let gateway = json!({ "metadata": { "name": "linkerd-gateway", "namespace": "linkerd-multicluster" },
        "spec": { "type": "LoadBalancer", "externalTrafficPolicy": "Local", "ports": [{ "name": "mc-gateway", "port": 4143 }] } });
    let services = Fault::Answer(list("ServiceList", json!([gateway])));
    play.bed.infra.on(of("/namespaces/linkerd-multicluster/services"), services);
    // The ground has no Gateway API; who has routes of HTTP may have others.
    let routes = "/apis/gateway.networking.k8s.io/v1/namespaces/linkerd-multicluster/httproutes";
    play.bed.infra.on(of(routes), Fault::Answer(list("HTTPRouteList", json!([]))));
    play.run("explain svc/postgres-rw", 3);
    // One that somebody has made a while ago: whether it is used, events say.
    #[expect(
        clippy::disallowed_methods,
        reason = "what a real API server would have written ten minutes ago"
    )]
    let made = Timestamp::now() - 10.minutes();
    let issuer = json!({ "apiVersion": "v1", "kind": "Secret", "data": { "tls.crt": pem },
        "metadata": { "creationTimestamp": made.to_string() } });
    play.bed.infra.on(of("/secrets/linkerd-identity-issuer"), Fault::Answer(Answer::json(200, &issuer)));
    play.run("explain svc/postgres-rw", 3);
}

fn with_a_controller(play: &mut Play, mesh: &Alone, ground: &'static Ground) {
    let retry = Duration::from_millis(200);
    let _controller = mesh.controller("apps", Parameters { retry, ..Parameters::for_link("infra") });
    play.run("svc/postgres-rw", 0);
    play.run("list", 0);
    play.run("list -A", 0);
    play.run("verify svc/postgres-rw", 0);
    play.run("verify svc/postgres-rw svc/postgres-r0 --timeout=0", 3);
    probed(play);
    play.run("undo svc/postgres-rw --dry-run=server", 5);
    play.run("undo svc/postgres-rw", 0);
    play.labelled_by_another("postgres-rw", "true");
    play.run("undo svc/postgres-rw --take-over --dry-run=server", 5);
    play.run("undo svc/postgres-rw --take-over", 0);
    several(play, ground);
    play.run("svc/postgres-rw", 0);
    modes(play);
}

/// Two by name, one that somebody else has labelled otherwise, and some in more namespaces than are asked one by one.
fn several(play: &mut Play, ground: &'static Ground) {
    play.bed.world.service("infra", database("postgres-ro"));
    play.run("svc/postgres-rw svc/postgres-ro", 0);
    play.labelled_by_another("postgres-ro", "not-yet");
    play.run("svc/postgres-ro --take-over --dry-run=server", 5);
    play.run("svc/postgres-ro --take-over", 0);
    let worlds = ["cover-a", "cover-b", "cover-c", "cover-d"].map(|label| World::new(ground, label));
    for world in &worlds {
        world.service("infra", database("web").label("cover", play.bed.world.namespace()));
    }
    let selector = format!("-A -l cover={} --dry-run=client", play.bed.world.namespace());
    play.run(&selector, 5);
    let homeless = World::only_in(ground, "cover-e", &["infra"]);
    homeless.service("infra", database("web"));
    let export = format!("svc/web -n {} --create-namespace", homeless.namespace());
    play.run(&format!("{export} --dry-run=server"), 5);
    play.run(&format!("{export} --no-wait"), 0);
}

/// A probe that runs, one whose Job gets no pod, and one whose pod no node takes.
fn probed(play: &mut Play) {
    let log = Some("mesh-export-probe 5432 bytes 53\n");
    let linkerd = Linkerd::new(&play.bed.world, "apps", Injector::WithInit, log);
    play.run("svc/postgres-rw --probe --dry-run=server", 0);
    play.run("svc/postgres-rw --probe", 0);
    drop(linkerd);
    play.bed.world.enforces("apps", "baseline");
    let init = Linkerd::new(&play.bed.world, "apps", Injector::WithInit, log);
    let forbidden = Answer::forbidden("tester", "create", "pods", play.bed.world.namespace());
    play.bed.apps.on(When::first("POST", "/pods"), Fault::Answer(forbidden));
    play.run("verify svc/postgres-rw --probe", 3);
    drop(init);
    play.bed.world.enforces("apps", "privileged");
    let _nobody = Linkerd::new(&play.bed.world, "apps", Injector::WithInit, None);
    play.run("verify svc/postgres-rw --probe --probe-timeout=2s", 3);
}

/// Flat and federated, where somebody has labelled both at once and the federation has passed over it.
fn modes(play: &mut Play) {
    play.run("svc/postgres-rw --mode=flat", 3);
    play.run("svc/postgres-rw --mode=flat --assume-routable", 0);
    play.run("svc/postgres-rw --mode=federated --assume-routable --no-wait", 0);
    play.run("undo svc/postgres-rw", 0);
    play.run("svc/postgres-rw", 0);
}

/// The Link is gone, and what it made is left.
fn orphaned(play: &mut Play) {
    play.run("undo svc/postgres-rw --yes --dry-run=server", 5);
    play.run("undo svc/postgres-rw --yes", 0);
}

#[test]
fn every_request_is_in_the_table_of_the_contract_and_every_entry_is_sent() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mut play =
        Play { bed: Bed::new(ground, "coverage"), seen: BTreeSet::new(), used: Default::default() };
    let mesh = mesh_alone(ground);
    play.run("svc/postgres-rw --dry-run=client", 3);
    play.bed.world.link("apps", "infra", LinkSpec::default());
    without_a_controller(&mut play);
    with_a_controller(&mut play, &mesh, ground);
    drop(mesh);
    let _mesh = mesh_alone(ground);
    orphaned(&mut play);
    let known = known();
    let unsent: Vec<_> = known.difference(&play.seen).collect();
    assert!(unsent.is_empty(), "nothing sends these any more: {unsent:#?}");
    for (used, bound) in play.used.iter().zip([Bound::Source, Bound::Consumer]) {
        let roles = ROLES.iter().filter(|role| role.bound.is_in(bound));
        let granted: BTreeSet<(String, String)> =
            roles.flat_map(Role::rights).map(|(verb, resource)| (verb.to_owned(), resource)).collect();
        let lacking: Vec<_> = used.difference(&granted).collect();
        assert!(lacking.is_empty(), "{bound:?}: no role grants {lacking:#?}");
        let idle: Vec<_> = granted.difference(used).collect();
        assert!(idle.is_empty(), "{bound:?}: nothing uses {idle:#?}");
    }
}
