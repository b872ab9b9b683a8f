//! What lies beneath the mesh: what proxies trust, and whether connections pass them at all.

use super::{Stage, chain, export};
use crate::faults::stage::{MIRROR, ended};
use sandbox::controllers::mirror::Parameters;
use serde_json::{Value, json};
use testkit::world::{LinkSpec, mesh_alone};

const ROOTS: [&str; 2] = ["linkerd", "linkerd-identity-trust-roots"];
const CONFIG: [&str; 2] = ["linkerd", "linkerd-config"];
const CILIUM: [&str; 2] = ["kube-system", "cilium-config"];

/// Removes what other tests would see.
struct Settings<'a>(&'a Stage);

impl Settings<'_> {
    fn set(&self, cluster: &str, [namespace, name]: [&str; 2], data: &Value) {
        let place = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        self.0.world.apply(cluster, place);
        let metadata = json!({ "namespace": namespace, "name": name });
        let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data });
        self.0.world.apply(cluster, object);
    }

    fn trust(&self, cluster: &str, roots: &str) {
        self.set(cluster, ROOTS, &json!({ "ca-bundle.crt": roots }));
    }
}

impl Drop for Settings<'_> {
    fn drop(&mut self) {
        let all = [("infra", ROOTS), ("infra", CONFIG), ("apps", ROOTS), ("apps", CONFIG), ("apps", CILIUM)];
        for (cluster, [namespace, name]) in all {
            let words = ["--context", cluster, "-n", namespace, "delete", "cm", name, "--ignore-not-found"];
            drop(self.0.kubectl().run(words));
        }
    }
}

#[test]
fn proxies_that_trust_others_and_connections_that_pass_them_by_lead() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "explain-beneath");
    stage.world.link("apps", "infra", LinkSpec::default());
    let _controller = mesh.controller("apps", Parameters::for_link("infra"));
    export(&stage);
    stage.eventually("the mirror has come", || stage.ready_addresses("apps", MIRROR) > 0);
    let settings = Settings(&stage);
    let [infra, apps] = [&stage.infra, &stage.apps].map(|proxy| proxy.ca_pem().to_owned());
    settings.trust("infra", &infra);
    settings.trust("apps", &apps);
    for cluster in ["infra", "apps"] {
        settings.set(cluster, CONFIG, &json!({ "values": "clusterDomain: cluster.local" }));
    }
    let broken = chain(&stage, 3, &[]);
    assert_eq!(broken["cause"]["check"], "trust-roots", "{broken:#}");
    ended(&stage.export(&[]), 3, &["apps and infra have no trust anchor in common"]);
    settings.trust("apps", &format!("# of both\n{apps}{infra}"));
    let doubtful = chain(&stage, 0, &[]);
    assert_eq!(
        (&doubtful["outcome"], &doubtful["cause"]["check"]),
        (&json!("doubtful"), &json!("trust-roots")),
        "{doubtful:#}"
    );
    settings.trust("apps", &infra);
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
    // What an upgrade would bring back.
    let values = format!("identityTrustAnchorsPEM: |\n  {}\n", apps.trim().replace('\n', "\n  "));
    settings.set("apps", CONFIG, &json!({ "values": values }));
    let misled = chain(&stage, 0, &[]);
    assert_eq!(misled["cause"]["check"], "trust-copies", "{misled:#}");
    settings.set("apps", CONFIG, &json!({ "values": "clusterDomain: cluster.local" }));
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
    settings.set("apps", CILIUM, &json!({ "kube-proxy-replacement": "true" }));
    let bypassed = chain(&stage, 3, &[]);
    assert_eq!(bypassed["cause"]["check"], "cilium-sockets", "{bypassed:#}");
    let hosts = json!({ "kube-proxy-replacement": "true", "bpf-lb-sock-hostns-only": "true" });
    settings.set("apps", CILIUM, &hosts);
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
}
