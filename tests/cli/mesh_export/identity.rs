//! Who we are to the API servers, and which way leads to them, as their audit logs and the proxies on the way know it.

#![expect(clippy::unwrap_used, reason = "what these tests share may end one at once, as a test may")]

use crate::bed::plugin;
use serde_json::{Value, json};
use std::path::PathBuf;
use testkit::audit::{Audit, Request};
use testkit::connect::ConnectProxy;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::real::Ground;
use testkit::world::{KubeconfigFile, User, World, mesh_shared};

const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// A world in which a `list` finds no exports.
struct Lane {
    world: World,
    user: String,
}

impl Lane {
    fn new(ground: &'static Ground, label: &str) -> Self {
        let world = World::new(ground, label);
        let user = format!("user-of-{}", world.namespace());
        Self { world, user }
    }

    /// A cluster's entry with these fields besides.
    fn entry(&self, cluster: &str, more: &Value) -> Value {
        let plane = self.world.ground().cluster(cluster);
        let mut entry = json!({
            "server": plane.server(), "certificate-authority": plane.folder().join("ca.crt"),
        });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    }

    /// A file in the folder of the world.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.world.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The files of a client certificate of the world's user, an administrator, and of its key.
    fn certificate(&self, cluster: &str) -> [String; 2] {
        let plane = self.world.ground().cluster(cluster);
        let (certificate, key) = plane.client_certificate(&self.user, "system:masters");
        [("crt", certificate), ("key", key)]
            .map(|(kind, text)| self.file(&format!("{cluster}.{kind}"), &text).display().to_string())
    }

    fn certified(&self, cluster: &str) -> User {
        let [certificate, key] = self.certificate(cluster);
        User::Raw(json!({ "client-certificate": certificate, "client-key": key }))
    }

    fn kubectl(&self, file: KubeconfigFile) -> Kubectl {
        let file = file.namespace("infra", self.world.namespace()).current("infra");
        Kubectl::new(plugin()).kubeconfig(self.world.kubeconfig(&file))
    }

    fn marks(&self) -> [Audit; 2] {
        CLUSTERS.map(|name| Audit::mark(self.world.ground().cluster(name)).of_user(&self.user))
    }

    #[track_caller]
    fn listed(&self, outcome: &Outcome) {
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let words = format!("No exports found in {} namespace.", self.world.namespace());
        assert!(outcome.stderr.contains(&words), "{outcome}");
    }
}

/// What a user asked, all of which was answered well.
#[track_caller]
fn asked(audit: &Audit) -> Vec<Request> {
    let requests = audit.since();
    assert!(
        !requests.is_empty() && requests.iter().all(|one| matches!(one.code, 200 | 404)),
        "{requests:#?}"
    );
    requests
}

#[test]
fn client_certificates_in_files_and_on_the_command_line_say_who_asks() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let lane = Lane::new(ground, "certificate");
    let file = KubeconfigFile::new(ground)
        .direct("infra", User::Raw(json!({})))
        .direct("apps", lane.certified("apps"));
    let marks = lane.marks();
    let [certificate, key] = lane.certificate("infra");
    let flags = ["mesh-export", "list", "--client-certificate", &certificate, "--client-key", &key];
    lane.listed(&lane.kubectl(file).run(flags));
    for audit in &marks {
        let requests = asked(audit);
        assert!(
            requests.iter().all(|one| one.groups.contains(&"system:masters".to_owned())),
            "{requests:#?}"
        );
    }
}

#[test]
fn impersonation_reaches_both_clusters_with_groups_and_uid() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let lane = Lane::new(ground, "impersonation");
    let file = KubeconfigFile::new(ground).direct("infra", User::Admin).direct("apps", User::Admin);
    let marks = lane.marks();
    let flags =
        ["--as", &lane.user, "--as-group", "system:masters", "--as-group", "others", "--as-uid", "u-42"];
    lane.listed(&lane.kubectl(file).run(["mesh-export", "list"].iter().chain(&flags)));
    for audit in &marks {
        for request in asked(audit) {
            for group in ["system:masters", "others"] {
                assert!(request.groups.contains(&group.to_owned()), "{request:#?}");
            }
            assert_eq!(request.uid, "u-42", "{request:#?}");
        }
    }
}

#[test]
fn proxies_of_the_kubeconfig_and_of_the_environment_lead_to_the_clusters() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let lane = Lane::new(ground, "proxies");
    let (own, everybodys) = (ConnectProxy::start(), ConnectProxy::start());
    // Go never asks the proxy of the environment for a loopback address, and no more do we.
    let named = ground.cluster("apps").server().replace("127.0.0.1", "kubernetes.default");
    let file = KubeconfigFile::new(ground)
        .cluster("infra", lane.entry("infra", &json!({ "proxy-url": own.url() })))
        .cluster("apps", lane.entry("apps", &json!({ "server": named })))
        .context("infra", "infra", lane.certified("infra"))
        .context("apps", "apps", lane.certified("apps"));
    let marks = lane.marks();
    let kubectl = lane.kubectl(file).env("HTTPS_PROXY", everybodys.url());
    lane.listed(&kubectl.run(["mesh-export", "list"]));
    for audit in &marks {
        asked(audit);
    }
    let place = |url: &str| url.trim_start_matches("https://").to_owned();
    let (infra, apps) = (place(&ground.cluster("infra").server()), place(&named));
    for (proxy, target) in [(own, infra), (everybodys, apps)] {
        let asked = proxy.asked();
        assert!(!asked.is_empty() && asked.iter().all(|one| *one == target), "{target}: {asked:?}");
    }
}

#[test]
fn the_name_to_expect_in_a_certificate_is_the_kubeconfigs_or_the_flags() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let lane = Lane::new(ground, "server-name");
    let file = |named: &str| {
        KubeconfigFile::new(ground)
            .cluster("infra", lane.entry("infra", &json!({ "tls-server-name": named })))
            .context("infra", "infra", lane.certified("infra"))
            .direct("apps", lane.certified("apps"))
    };
    for (named, flags) in
        [("kubernetes.default", vec![]), ("wrong.example", vec!["--tls-server-name=localhost"])]
    {
        let outcome = lane.kubectl(file(named)).run(["mesh-export", "list"].iter().chain(&flags));
        lane.listed(&outcome);
    }
    let outcome = lane.kubectl(file("kubernetes.default")).run([
        "mesh-export",
        "list",
        "--tls-server-name=wrong.example",
    ]);
    assert_eq!(outcome.code, Some(6), "{outcome}");
    assert!(outcome.stderr.contains("wrong.example"), "{outcome}");
}
