//! Two clusters that lead to each other, with certificates that a test has made.

use super::made::{Made, Wish};
use crate::worlds::kubectl;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::kubectl::Kubectl;
use testkit::told::{findings, report};

/// The clusters, in one direction and in the other.
pub(super) const BOTH_WAYS: [[&str; 2]; 2] = [["infra", "apps"], ["apps", "infra"]];

/// What a cluster trusts, and who signs there, in PEM.
#[derive(Clone)]
pub(crate) struct Trust {
    /// The anchors of its proxies.
    pub(super) bundle: String,
    /// The anchors that its Linkerd was installed with.
    pub(super) installed: String,
    /// Who signs, with what lies between it and an anchor.
    pub(super) issuer: String,
    /// Who is said to have signed the issuer, as cert-manager says it.
    pub(super) signer: Option<String>,
    /// The anchors that a pod of the gateway was started with, where it says so.
    pub(super) held: Option<String>,
}

impl Trust {
    /// One that holds these anchors, and has this issuer.
    pub(super) fn new(anchors: &[&Made], issuer: &Made) -> Self {
        let bundle: String = anchors.iter().map(|anchor| anchor.pem.as_str()).collect();
        Self { installed: bundle.clone(), bundle, issuer: issuer.pem.clone(), signer: None, held: None }
    }

    /// What its Linkerd has of it.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let named = |kind: &str, name: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "linkerd"}});
        let with = |mut object: Value, key: &str, value: Value| {
            object[key] = value;
            object
        };
        let values = json!({"linkerdVersion": "edge-26.8.3", "clusterDomain": "cluster.local",
            "identityTrustDomain": "cluster.local", "identityTrustAnchorsPEM": self.installed});
        // cert-manager writes the type of Kubernetes, the installer its own.
        let secret = match &self.signer {
            Some(signer) => json!({"tls.crt": self.issuer, "tls.key": "", "ca.crt": signer}),
            None => json!({"crt.pem": self.issuer, "key.pem": ""}),
        };
        let roots = with(
            named("ConfigMap", "linkerd-identity-trust-roots"),
            "data",
            json!({"ca-bundle.crt": self.bundle}),
        );
        let config =
            with(named("ConfigMap", "linkerd-config"), "data", json!({"values": values.to_string()}));
        let issuer = with(named("Secret", "linkerd-identity-issuer"), "stringData", secret);
        [roots, config, issuer].into_iter().chain(self.held.as_deref().map(gateway)).collect()
    }
}

/// A pod of the gateway whose proxy was started with these anchors.
fn gateway(anchors: &str) -> Value {
    let mut pod = sandbox::world::machinery::gateway_pod();
    let containers = pod["spec"]["containers"].as_array_mut().unwrap();
    let proxy = containers.iter_mut().find(|one| one["name"] == "linkerd-proxy").unwrap();
    proxy["env"] = json!([{"name": "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS", "value": anchors}]);
    pod
}

/// The platform with a Link in each direction; the clock of the second is so many seconds ahead.
pub(super) fn clusters(named: [&str; 2], trust: [&Trust; 2], ahead: i64) -> Kubectl {
    let cluster = |at: usize, skew: i64| {
        // The platform has a gateway, and so its namespace, in infra.
        let spaces =
            if named[at] == "infra" { &["linkerd"][..] } else { &["linkerd", "linkerd-multicluster"] };
        let namespace =
            |name: &&str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let objects: Vec<Value> = spaces.iter().map(namespace).chain(trust[at].objects()).collect();
        json!({"name": named[at], "objects": objects, "skew": skew})
    };
    let clusters = [cluster(0, 0), cluster(1, ahead)];
    let back = json!({"importer": "infra", "exporter": "apps"});
    kubectl(&json!({"extends": "platform", "clusters": clusters, "links": [back]}).to_string())
}

/// What is told about two clusters: as it is, and as it is when they have each other's names.
#[track_caller]
pub(super) fn told(one: &Trust, other: &Trust) -> Vec<String> {
    // What is of both is told in the order of the fleet.
    let judged =
        |named: [&str; 2]| report(&clusters(named, [one, other], 0), &["--contexts", &named.join(",")]);
    let [first, second] = BOTH_WAYS.map(|named| findings(&judged(named)));
    let swapped = |text: &String| text.replace("infra", "\0").replace("apps", "infra").replace('\0', "apps");
    // What is worth knowing of both is told of one of them.
    let matters = |text: &String| !text.starts_with("info ");
    let sorted = |texts: Vec<String>| texts.into_iter().filter(matters).collect::<BTreeSet<_>>();
    let both = [sorted(first.clone()), sorted(second.iter().map(swapped).collect())];
    assert_eq!(both[0], both[1], "each cluster is judged by what it has, not by its name");
    first
}

/// Who signs is such a one in the first cluster, and as it should be in the second.
#[track_caller]
pub(super) fn with_issuer(wish: Wish<'_>) -> Vec<String> {
    let root = root("root");
    told(&Trust::new(&[&root], &root.signs(wish)), &Trust::new(&[&root], &root.signs(issuer())))
}

/// Both clusters have such an anchor, and no other one.
#[track_caller]
pub(super) fn with_anchor(wish: Wish<'_>) -> Vec<String> {
    let root = Made::anchor(wish);
    let [one, other] = [issuer(), issuer()].map(|wish| Trust::new(&[&root], &root.signs(wish)));
    told(&one, &other)
}

/// What is told of a world in which this check, and no other one, is what leads.
#[track_caller]
pub(super) fn led(world: &str, check: &str, told: &[String]) -> String {
    let is_of_it =
        |text: &String| text.split(' ').nth(1).is_some_and(|print| print.starts_with(&format!("{check}/")));
    assert!(!told.is_empty() && told.iter().all(is_of_it), "{world}: {}", told.concat());
    format!("# {world}\n{}\n", told.concat())
}

/// Nothing is told, not even something that is worth knowing.
#[track_caller]
pub(super) fn silent(world: &str, told: &[String]) {
    assert_eq!(told, Vec::<String>::new(), "{world}");
}

/// What both clusters have as an installer makes it.
pub(crate) fn usual() -> Trust {
    let root = root("root");
    Trust::new(&[&root], &root.signs(issuer()))
}

/// An anchor as an installer makes it, for ten years.
pub(super) fn root(name: &str) -> Made {
    use super::made::DAY;
    Made::anchor(Wish::usual(name).good(-30 * DAY, 3620 * DAY))
}

/// An issuer as Linkerd names it.
pub(super) fn issuer() -> Wish<'static> {
    Wish::usual("identity.linkerd.cluster.local")
}
