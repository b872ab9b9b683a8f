//! What others could write into kubeconfigs and objects to do harm: each is answered with what to do next, the exit code of
//! the table, and nothing that drives a terminal.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: without its clusters, no test can go on"
)]

mod answers;
mod files;
mod hunt;
mod hunter;
mod kubeconfigs;
mod secrets;

use crate::bed::plugin;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use testkit::held::Held;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{ADMIN_TOKEN, CountingProxy, Upstream};

const WORLD: &str = "extends: platform\n";
const CLUSTERS: [&str; 2] = ["infra", "apps"];
/// No run of these tests waits for anything but a machine that is busy.
const SOON: Duration = Duration::from_secs(60);

/// The clusters of the platform, with a proxy in front of each.
struct Den {
    infra: CountingProxy,
    apps: CountingProxy,
    held: Held,
}

impl Den {
    fn new() -> Self {
        let held = Held::start(WORLD);
        let [infra, apps] =
            CLUSTERS.map(|name| CountingProxy::start(Upstream::context(&held.kubeconfig(), name)));
        Self { infra, apps, held }
    }

    /// A kubeconfig as any, of users that the proxies know.
    fn kubeconfig(&self) -> Value {
        let named = |list: &str, of: &dyn Fn(&str, &CountingProxy) -> Value| {
            let proxies = CLUSTERS.iter().zip([&self.infra, &self.apps]);
            let entries = proxies.map(|(name, proxy)| json!({ "name": name, list: of(name, proxy) }));
            Value::Array(entries.collect())
        };
        json!({
            "kind": "Config",
            "apiVersion": "v1",
            "current-context": "infra",
            "contexts": named("context", &|name, _| json!({ "cluster": name, "user": name, "namespace": "databases" })),
            "clusters": named("cluster", &|_, proxy| {
                json!({ "server": proxy.url(), "insecure-skip-tls-verify": true })
            }),
            "users": named("user", &|_, _| json!({ "token": ADMIN_TOKEN })),
        })
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.held.kubeconfig().with_file_name(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn kubectl(&self, kubeconfig: &Value) -> Kubectl {
        Kubectl::new(plugin()).kubeconfig(self.file("config", kubeconfig.to_string()))
    }

    fn run(&self, kubeconfig: &Value, words: &[&str]) -> Outcome {
        self.kubectl(kubeconfig).run(["mesh-export"].iter().chain(words))
    }
}

/// It ended like this, said why and what to do next, soon, and in lines that drive nothing.
#[track_caller]
fn refused(what: &str, outcome: &Outcome, (code, words): (i32, &str)) {
    harmless(what, outcome);
    assert_eq!(outcome.code, Some(code), "{what}: {outcome}");
    assert!(outcome.stderr.contains(words), "{what}: {words:?} was not said: {outcome}");
    assert!(code == 0 || outcome.stderr.contains("next: "), "{what}: {outcome}");
}

#[track_caller]
fn harmless(what: &str, outcome: &Outcome) {
    let is_odd = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    for stream in [&outcome.stdout, &outcome.stderr] {
        assert!(!stream.contains(is_odd), "{what}: {stream:?}");
    }
    assert!(!outcome.stderr.contains("panicked"), "{what}: {outcome}");
    assert!(outcome.elapsed < SOON, "{what}: {:?}", outcome.elapsed);
}
