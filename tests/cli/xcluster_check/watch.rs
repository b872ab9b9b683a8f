//! What changes while somebody watches, and what is asked meanwhile.

#![expect(clippy::expect_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::worlds::{STANDS_STILL, kubectl, plugin, typed};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use testkit::kubectl::{Kubectl, Outcome, Running, Signal, program};
use testkit::proxy::{ADMIN_TOKEN, CountingProxy, Upstream};

/// What any line comes within.
const SOON: Duration = Duration::from_secs(40);
const BUT_LOOPBACK: [&str; 3] = ["xcluster-check", "--skip", "credentials-server"];
const CLUSTERS: [&str; 2] = ["infra", "apps"];

#[track_caller]
fn shows(running: &Running, text: &str) {
    assert!(running.wait_stdout(text, SOON), "never: {text}");
}

/// Starts to watch, and returns when it does.
#[track_caller]
fn watching(kubectl: &Kubectl, words: &[&str]) -> Running {
    let running = kubectl.spawn(BUT_LOOPBACK.iter().chain(&["--watch"]).chain(words));
    assert!(running.wait_stderr("watching 2 clusters; Ctrl-C ends it", SOON), "it never begins to watch");
    running
}

#[track_caller]
fn ended(mut running: Running) -> Outcome {
    running.signal(Signal::Interrupt);
    let outcome = running.wait(SOON);
    assert_eq!(outcome.code, Some(130), "{outcome}");
    outcome.redacted(&[(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "MOMENT")])
}

/// A world behind proxies, for the plugin, and past them, for who changes it.
pub(crate) struct Stage {
    pub(crate) seen: Kubectl,
    pub(crate) behind: Kubectl,
    pub(crate) proxies: [CountingProxy; 2],
}

impl Stage {
    fn new(world: &str) -> Self {
        Self::before(kubectl(world))
    }

    /// Before clusters that are there.
    pub(crate) fn before(behind: Kubectl) -> Self {
        let proxies = CLUSTERS
            .map(|name| CountingProxy::start(Upstream::context(&behind.home().join("kubeconfig"), name)));
        let seen = Kubectl::new(plugin());
        let home = seen.home();
        let clusters = CLUSTERS.iter().zip(&proxies).map(|(name, proxy)| {
            let file = home.join(format!("{name}.pem"));
            std::fs::write(&file, proxy.ca_pem()).expect("a file");
            json!({ "name": name, "cluster": { "server": proxy.url(), "certificate-authority": file } })
        });
        let contexts =
            CLUSTERS.map(|name| json!({ "name": name, "context": { "cluster": name, "user": "admin" } }));
        let file = home.join("kubeconfig");
        let kubeconfig = json!({ "apiVersion": "v1", "kind": "Config", "clusters": clusters.collect::<Vec<_>>(), "contexts": contexts,
            "users": [{ "name": "admin", "user": { "token": ADMIN_TOKEN } }] });
        std::fs::write(&file, kubeconfig.to_string()).expect("a file");
        Self { seen: seen.kubeconfig(file), behind, proxies }
    }

    /// Makes an object past the proxies.
    #[track_caller]
    fn create(&self, text: &str) {
        let kubectl = Kubectl::new(plugin()).kubeconfig(self.behind.home().join("kubeconfig"));
        let created = kubectl.stdin(text).run(["create", "--validate=false", "-f", "-"]);
        assert_eq!(created.code, Some(0), "{created}");
    }
}

#[test]
fn what_breaks_and_what_is_mended_is_told_with_its_moment_and_only_what_changed_is_read_again() {
    if program().is_none() {
        return;
    }
    let stage = Stage::new("extends: platform");
    typed(&stage.behind, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    let kept = ["deployment/linkerd-gateway", "pod/linkerd-gateway-0"]
        .map(|name| typed(&stage.behind, &format!("-n linkerd-multicluster get {name} -o yaml")));
    let running = watching(&stage.seen, &[]);
    typed(&stage.behind, "-n linkerd-multicluster delete deployment/linkerd-gateway pod/linkerd-gateway-0");
    shows(&running, "+ new: error: infra: svc/linkerd-multicluster/linkerd-gateway");
    for text in &kept {
        stage.create(text);
    }
    shows(&running, "- gone: error: infra: svc/linkerd-multicluster/linkerd-gateway");
    insta::assert_snapshot!(ended(running));
    let [infra, apps] = stage.proxies.each_ref().map(repeated);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    // What no watch tells of is read with each look: Leases, versions, and the kinds that a cluster does not serve.
    assert_eq!(
        apps,
        names(&["ciliumclusterwidenetworkpolicies", "leases", "version"]),
        "nothing has changed there"
    );
    let unserved = names(&["grpcroutes", "httproutes", "links", "tcproutes", "v1beta1"]);
    let told: BTreeSet<String> =
        infra.difference(&apps).filter(|one| !unserved.contains(*one)).cloned().collect();
    assert!(
        told.is_subset(&names(&["deployments", "endpoints", "linkerd-gateway", "pods", "serviceaccounts"]))
            && told.contains("pods"),
        "{told:?}"
    );
}

/// The resources that were read more than once. Nothing is watched twice at a time, or written.
fn repeated(proxy: &CountingProxy) -> BTreeSet<String> {
    let mut lines = BTreeMap::<String, usize>::new();
    for request in proxy.requests() {
        assert!(!request.is_write(), "{}", request.line());
        let is_metadata = request.accept.contains("as=PartialObjectMetadata;");
        let is_sifted = ["/nodes", "/endpoints"].iter().any(|end| request.path.ends_with(end));
        assert!(!request.is_watch() || is_metadata != is_sifted, "{}: {}", request.line(), request.accept);
        *lines.entry(request.line()).or_default() += 1;
    }
    let twice = lines.into_iter().filter(|(_, times)| *times > 1);
    let name =
        |line: String| line.split('?').next().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    twice.filter_map(|(line, _)| name(line)).collect()
}

#[test]
fn a_cluster_that_goes_away_is_told_once_and_what_was_known_of_it_is_not_gone() {
    if program().is_none() {
        return;
    }
    let stage = Stage::new(STANDS_STILL);
    let running = watching(&stage.seen, &[]);
    let [_, apps] = &stage.proxies;
    apps.stop();
    shows(&running, "(cluster-unseen)");
    apps.resume();
    shows(&running, "- gone: unknown: apps: ");
    // What changed while nobody was there to hear it, and what changes after that.
    typed(&stage.behind, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    shows(&running, "(mirror-missing, because of controller-running)");
    let said = ended(running).redacted(&[(r"127\.0\.0\.1:\d+", "SERVER")]);
    insta::assert_snapshot!(said);
}

#[test]
fn programs_get_a_report_and_then_a_document_for_each_change() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let running = watching(&kubectl, &["-o", "json"]);
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    shows(&running, "postgres-rw-infra");
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported-");
    shows(&running, "\"new\": []");
    let said = ended(running);
    let documents: Result<Vec<Value>, _> =
        serde_json::Deserializer::from_str(&said.stdout).into_iter().collect();
    let documents = documents.expect("one JSON document after another");
    let kinds: Vec<&Value> = documents.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["Check", "Difference", "Difference"], "{said}");
    let checks = |document: usize, which: &str| documents[document][which][0]["check"].clone();
    assert_eq!((checks(1, "new"), checks(2, "gone")), (json!("mirror-missing"), json!("mirror-missing")));
    assert_eq!(documents[1]["at"], "MOMENT", "{said}");
}

#[test]
fn what_may_not_be_watched_is_said_with_the_right_and_noticed_all_the_same() {
    if program().is_none() {
        return;
    }
    let faults =
        "clusters: [{name: infra, faults: [{verb: watch, resource: services, fault: {status: 403}}]}]";
    let kubectl =
        kubectl(&STANDS_STILL.replacen("extends: platform", &format!("extends: platform, {faults}"), 1));
    let running = watching(&kubectl, &[]);
    let words = "Warning: infra: cannot watch services: forbidden; it is read again with every look instead";
    assert!(running.wait_stderr(words, SOON), "the right is not named");
    typed(&kubectl, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    // Whatever else changes makes it look, and see that.
    typed(&kubectl, "-n linkerd-multicluster annotate deployment/linkerd-gateway touched=yes");
    shows(&running, "(mirror-missing, because of controller-running)");
    let said = ended(running);
    assert_eq!(said.stderr.matches("cannot watch services").count(), 1, "{said}");
    assert!(said.stderr.contains("kubectl --context infra auth can-i watch services"), "{said}");
}

#[test]
fn what_cannot_be_watched_is_refused_with_its_reason_before_anything_is_asked() {
    if program().is_none() {
        return;
    }
    let kubectl = Kubectl::new(plugin());
    for (words, reason) in [
        ("--watch -o html", "-o html is one document"),
        ("-w -o junit", "-o junit is one document"),
        ("-w -o sarif", "-o sarif is one document"),
        ("-w -o jsonpath={.kind}", "-o jsonpath is one document"),
        ("--watch --from infra=dump", "files do not change"),
        ("--watch diff old.json", "--watch means nothing to `diff`"),
        ("--watch collect dump", "--watch means nothing to `collect`"),
        ("--watch --only gatewy-up", "did you mean gateway-up?"),
    ] {
        let refused = kubectl.run(["xcluster-check"].into_iter().chain(words.split(' ')));
        assert_eq!(refused.code, Some(2), "{words}: {refused}");
        assert!(refused.stderr.contains(reason), "{words}: {refused}");
    }
    let roles = kubectl.run(["xcluster-check", "--show-rbac", "--watch"]);
    assert!(roles.stdout.contains("verbs: [get, list, watch]"), "{roles}");
}
