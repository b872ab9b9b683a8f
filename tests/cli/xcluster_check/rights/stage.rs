//! Clusters in which everything is read that may be, and who has the roles that are printed.

use crate::definition::{Defined, definition};
use crate::stand::State;
use crate::trust::stage::usual;
use crate::watch::Stage;
use crate::worlds::{plugin, reaching, typed, until};
use serde_json::{Value, json};
use testkit::embedded;
use testkit::kubectl::Kubectl;

const GROUP: &str = "rbac.authorization.k8s.io";
pub(super) const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// Kinds that no installation brings of which the worlds are made.
const KINDS: [Defined; 9] = [
    ("cert-manager.io", "v1", "certificates", "Certificate", true),
    ("cert-manager.io", "v1", "clusterissuers", "ClusterIssuer", false),
    ("cert-manager.io", "v1", "issuers", "Issuer", true),
    ("cilium.io", "v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true),
    ("cilium.io", "v2", "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy", false),
    ("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true),
    ("gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute", true),
    ("gateway.networking.k8s.io", "v1alpha2", "tcproutes", "TCPRoute", true),
    ("policy.linkerd.io", "v1beta3", "httproutes", "HTTPRoute", true),
];

/// More namespaces than are asked for one by one.
const TEAMS: [&str; 4] = ["team-a", "team-b", "team-c", "team-d"];

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

/// Certificates that cert-manager keeps.
fn kept() -> Vec<Value> {
    let mut all = usual().objects();
    for secret in all.iter_mut().filter(|one| one["kind"] == "Secret") {
        let name = secret["metadata"]["name"].clone();
        secret["metadata"]["annotations"] = json!({"cert-manager.io/certificate-name": name});
    }
    all
}

/// A Certificate for the Secret of an issuer, and what kind of signer it names.
fn certificate((name, signer): (&str, &str)) -> Value {
    json!({"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
        "metadata": {"name": name, "namespace": "linkerd"},
        "spec": {"secretName": "linkerd-identity-issuer", "issuerRef": {"kind": signer, "name": "anchor"}}})
}

/// Nothing that infra stands on is well, so that it is looked at closely; it is one of several clusters of Cilium.
fn infra(kept: &[Value]) -> Vec<Value> {
    let mut all = State::Broken.objects();
    let settings = all.iter_mut().find(|one| one["metadata"]["name"] == "cilium-config").unwrap();
    settings["data"]["cluster-id"] = "1".into();
    let export = |team: &&str| {
        json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "web", "namespace": team, "labels": {"mirror.linkerd.io/exported": "true"}},
            "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]}})
    };
    all.into_iter()
        .chain(kept.to_vec())
        .chain(TEAMS.iter().map(|team| namespace(team)))
        .chain(TEAMS.iter().map(export))
        .chain(KINDS.into_iter().take(3).map(definition))
        .chain([certificate(("linkerd-identity-issuer", "ClusterIssuer"))])
        .collect()
}

/// In apps all is well, and every kind is known; the Certificate of the issuer has another name than before.
fn apps(kept: &[Value]) -> Vec<Value> {
    let well = State::Well.objects().into_iter().filter(|one| one["metadata"]["namespace"] == "linkerd");
    let spaces = TEAMS.iter().map(|team| namespace(team)).chain([namespace("linkerd")]);
    let renamed = [certificate(("identity", "Issuer"))];
    let kinds = KINDS.into_iter().map(definition);
    kinds.chain(spaces).chain(kept.to_vec()).chain(renamed).chain(well).collect()
}

/// The platform with Links in both directions, made a while ago, with mirrors of all three ways, behind proxies.
pub(super) fn stage() -> Stage {
    let cluster = |name: &str, objects| json!({"name": name, "localMirror": "running", "objects": objects});
    let kept = kept();
    let back = json!({"importer": "infra", "exporter": "apps"});
    let world = json!({"extends": "platform", "links": [back],
        "clusters": [cluster("infra", infra(&kept)), cluster("apps", apps(&kept))]});
    let behind = reaching(&embedded::aged(&world.to_string(), 900));
    typed(&behind, "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true");
    typed(&behind, "-n databases label svc/postgres-ro mirror.linkerd.io/federated=member");
    let is_missed =
        |told: &str| ["mirror-missing", "may still be coming"].iter().any(|word| told.contains(word));
    let come = until(&behind, &[], "mirrors have come", |outcome| !is_missed(&outcome.stdout));
    assert_eq!(come.code, Some(3), "{come}");
    Stage::before(behind)
}

/// Whoever may do everything, past the proxies, with this to say.
pub(super) fn admin(stage: &Stage, cluster: &str, words: &[&str], stdin: &str) -> String {
    let kubectl = Kubectl::new(plugin()).kubeconfig(stage.behind.home().join("kubeconfig"));
    let outcome = kubectl.stdin(stdin).run(["--context", cluster].iter().chain(words));
    assert_eq!(outcome.code, Some(0), "{words:?}: {outcome}");
    outcome.stdout
}

/// Gives both users the roles that are printed, bound as is said there; only the second of them has the one for flat mirrors, which
/// lets see all that the one for the issuer does.
pub(super) fn bind(stage: &Stage, more: &[&str], [usual, flat]: [&str; 2]) {
    let printed = stage.behind.run(["xcluster-check", "--show-rbac"].iter().chain(more));
    let role = |name: &str| format!("xcluster-check-reader{name}");
    let bound = |name: &str, namespace: Option<&str>| {
        let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
        let users = if name == "-flat" { vec![flat] } else { vec![usual, flat] };
        let subject = |user: &str| json!({"apiGroup": GROUP, "kind": "User", "name": user});
        json!({"apiVersion": format!("{GROUP}/v1"), "kind": kind,
            "metadata": {"name": role(name), "namespace": namespace},
            "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role(name)},
            "subjects": users.into_iter().map(subject).collect::<Vec<_>>()})
    };
    let bindings = [
        ("", None),
        ("-links", Some("linkerd-multicluster")),
        ("-issuer", Some("linkerd")),
        ("-flat", Some("linkerd")),
        ("-clustermesh", Some("kube-system")),
    ];
    let bindings: Vec<Value> = bindings.map(|(name, namespace)| bound(name, namespace)).into();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": bindings}).to_string();
    for cluster in CLUSTERS {
        let create = ["create", "--validate=false", "-f", "-"];
        admin(stage, cluster, &create, &printed.stdout);
        admin(stage, cluster, &create, &list);
    }
}
