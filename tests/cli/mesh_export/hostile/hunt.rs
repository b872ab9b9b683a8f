//! The same hunt on the real ground: what real API servers log and keep, and what a user's own ways to them know.

use super::harmless;
use super::hunter::{Hunter, keeps};
use super::secrets::{encoded, secrets_of};
use crate::bed::{database, plugin};
use serde_json::{Value, json};
use std::path::Path;
use testkit::connect::ConnectProxy;
use testkit::kubectl::Kubectl;
use testkit::real::{ControlPlane, unique};
use testkit::world::{KubeconfigFile, MESH_NAMESPACE, User, mesh_shared};

/// The words of a run, and how it ends.
const RUNS: [(&[&str], i32); 13] = [
    (&["svc/postgres-rw", "--dry-run=client"], 5),
    (&["svc/postgres-rw", "--dry-run=server"], 5),
    (&["svc/postgres-rw"], 0),
    (&["svc/postgres-rw", "-o", "yaml"], 0),
    (&["list"], 0),
    (&["list", "-A", "-o", "json"], 0),
    (&["explain", "svc/postgres-rw"], 0),
    (&["explain", "svc/postgres-rw", "-o", "json"], 0),
    (&["verify", "svc/postgres-rw"], 0),
    // Nothing runs in the pods of the ground, so no probe ever arrives.
    (&["verify", "svc/postgres-rw", "--probe", "--timeout=2s"], 3),
    (&["undo", "svc/postgres-rw", "--dry-run=server"], 5),
    (&["undo", "svc/postgres-rw"], 0),
    (&["verify", "svc/postgres-rw", "--timeout=0"], 3),
];

/// What nobody but the user may know.
struct Planted {
    /// Of an account that may do everything in `infra`; real, for the server must take it.
    token: String,
    /// Of an administrator of `apps`.
    certificate: String,
    key: String,
    /// Of the proxies of the kubeconfig and of the environment.
    passwords: [String; 2],
    /// In the environment of a credential plugin.
    of_plugin: String,
}

impl Planted {
    fn new(hunter: &Hunter) -> Self {
        let everything = json!({ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] });
        let apps = hunter.world.ground().cluster("apps");
        let (certificate, key) = apps.client_certificate("hunted", "system:masters");
        Self {
            token: hunter.world.restricted_user("infra", &[], &[everything]),
            certificate,
            key,
            passwords: [unique("canary-own"), unique("canary-everybodys")],
            of_plugin: unique("canary-plugin"),
        }
    }

    /// All that may stand nowhere, in every form that it is sent or written in.
    fn secrets(&self, hunter: &Hunter) -> Vec<String> {
        // The head of a token is the same for all of a server.
        let parts = self.token.split('.').skip(1);
        let lines = self.key.lines().filter(|line| !line.starts_with("---"));
        let pairs = self.passwords.iter().map(|password| encoded(&format!("hunted:{password}")));
        let mut secrets = vec![self.of_plugin.clone(), encoded(&self.key)];
        secrets.extend(parts.chain(lines).map(str::to_owned));
        secrets.extend(pairs.chain(self.passwords.iter().cloned()));
        assert!(secrets.iter().all(|secret| secret.len() > 20), "{secrets:?}");
        let ground = Kubectl::new(plugin()).kubeconfig(hunter.world.ground().kubeconfig());
        for cluster in super::CLUSTERS {
            let words = ["get", "secrets", "-n", MESH_NAMESPACE, "-o", "json", "--context", cluster];
            let of_links = secrets_of(&ground.run(words).json());
            assert!(of_links.len() > 2, "the Links of {cluster} have credentials");
            secrets.extend(of_links);
        }
        secrets
    }

    /// The user whose token a plugin brings, which writes down how it and its parent were started.
    fn user_of_plugin(&self, log: &Path) -> User {
        let script = format!(
            "tr '\\0' ' ' </proc/self/cmdline >>'{log}'; tr '\\0' ' ' </proc/$PPID/cmdline >>'{log}'; \
             echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"status\":{{\"token\":\"'$PLANTED'\"}}}}'",
            log = log.display()
        );
        User::Raw(json!({ "exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
            "command": "/bin/sh", "args": ["-c", script],
            "env": [{ "name": "PLANTED", "value": self.token }, { "name": "OTHER", "value": self.of_plugin }],
        } }))
    }

    fn user_of_certificate(&self) -> User {
        let [certificate, key] = [&self.certificate, &self.key].map(|text| encoded(text));
        User::Raw(json!({ "client-certificate-data": certificate, "client-key-data": key }))
    }
}

/// A cluster behind a proxy, by a name that only a proxy knows.
fn entry(cluster: &ControlPlane, more: &Value) -> Value {
    let server = cluster.server().replace("127.0.0.1", "kubernetes.default");
    let mut entry = json!({ "server": server, "certificate-authority": cluster.folder().join("ca.crt") });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

/// The URL of a proxy with who asks it.
fn with_password(url: &str, password: &str) -> String {
    url.replace("http://", &format!("http://hunted:{password}@"))
}

/// A kubectl whose way to `infra` is the kubeconfig's proxy, and to `apps` the environment's.
fn kubectl(hunter: &Hunter, planted: &Planted, urls: [&str; 2], log: &Path) -> Kubectl {
    let ground = hunter.world.ground();
    let [own, everybodys] =
        [0, 1].map(|number: usize| with_password(urls[number], &planted.passwords[number]));
    let file = KubeconfigFile::new(ground)
        .cluster("infra", entry(ground.cluster("infra"), &json!({ "proxy-url": own })))
        .cluster("apps", entry(ground.cluster("apps"), &json!({})))
        .context("infra", "infra", planted.user_of_plugin(log))
        .context("apps", "apps", planted.user_of_certificate())
        .namespace("infra", hunter.world.namespace())
        .current("infra");
    let kubectl = Kubectl::new(plugin()).kubeconfig(hunter.world.kubeconfig(&file));
    let temporary = kubectl.home().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    kubectl.env("TMPDIR", temporary).env("HTTPS_PROXY", everybodys)
}

#[test]
fn real_servers_log_and_keep_no_secret_of_a_user_or_of_a_link() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let hunter = Hunter::new(ground, "hunt");
    hunter.world.service("infra", database("postgres-rw"));
    hunter.world.pod("infra", "postgres-0", &[("app", "postgres")]);
    let planted = Planted::new(&hunter);
    let secrets = planted.secrets(&hunter);
    let log = hunter.world.folder().join("started");
    let (own, everybodys) = (ConnectProxy::start(), ConnectProxy::start());
    let kubectl = kubectl(&hunter, &planted, [&own.url(), &everybodys.url()], &log);
    let home = kubectl.home();
    for (words, code) in RUNS {
        let outcome = kubectl.run(["mesh-export"].iter().chain(words).chain(&["-v", "9"]));
        keeps(&secrets, &outcome, words);
        assert_eq!(outcome.code, Some(code), "{words:?}: {outcome}");
        if words == ["svc/postgres-rw"] {
            // What was written is still there.
            assert!(hunter.places(&secrets, &[]).is_empty());
        }
    }
    let typed = kubectl.run(["mesh-export", "list", "-v", "9", "--token", &planted.token]);
    keeps(&secrets, &typed, &["--token"]);
    assert_eq!(typed.code, Some(0), "{typed}");
    assert!(typed.stderr.contains("/api/v1/"), "this level shows what is asked: {typed}");
    assert!(!own.asked().is_empty() && !everybodys.asked().is_empty(), "both proxies were on the way");
    let started = std::fs::read_to_string(&log).unwrap();
    assert!(started.contains("mesh-export") || started.contains("mesh_export"), "{started}");
    for ((place, text), user) in hunter.audited().iter().zip(["system:serviceaccount:hunt-", "\"hunted\""]) {
        assert!(text.contains(user), "{place} knows who asked");
    }
    let found = hunter.places(&secrets, &[&home, &log]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_proxy_that_is_dead_or_no_url_is_named_without_its_password() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let hunter = Hunter::new(ground, "dead-proxy");
    let planted = Planted::new(&hunter);
    let secrets = [&planted.passwords[..], std::slice::from_ref(&planted.token)].concat();
    let log = hunter.world.folder().join("started");
    // Nobody listens on the first port.
    let dead = "http://127.0.0.1:1";
    for (urls, level) in
        [([dead, dead], "0"), ([dead, dead], "9"), (["http://[", dead], "9"), ([dead, "http://["], "9")]
    {
        let kubectl = kubectl(&hunter, &planted, urls, &log);
        let words = ["mesh-export", "list", "--contexts=infra,apps", "-v", level];
        let outcome = kubectl.run(words);
        keeps(&secrets, &outcome, &words);
        assert!([2, 6].contains(&outcome.code.unwrap()), "{urls:?}: {outcome}");
        assert!(outcome.stderr.contains("proxy"), "{urls:?}: {outcome}");
        if level == "0" {
            harmless(dead, &outcome);
            assert!(outcome.stderr.contains(&format!("through the proxy {dead})")), "{outcome}");
        }
    }
}
