//! Roles and policies as Linkerd's chart installs them, and a database.

use super::bed::pod;
use super::labels;
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::{
    Authorization, Binding, Discovery, Identities, Networks, Pod, Policies, Reference, Rights, Role, Roots,
    Rule, Server,
};
use crate::mesh::snapshot::Trusting;
use crate::terms::{LabelSelector, Observed};

const NAMESPACE: &str = "linkerd-multicluster";

fn rule(group: &str, resources: &[&str], verbs: &[&str], names: &[&str]) -> Rule {
    let all = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    Rule { groups: vec![group.into()], resources: all(resources), verbs: all(verbs), names: all(names) }
}

fn binding(is_to_cluster_role: bool, role: &str, account: &str) -> Binding {
    let subjects = vec![("ServiceAccount".into(), NAMESPACE.into(), account.into())];
    Binding { name: format!("{role}-of-{account}"), is_to_cluster_role, role: role.into(), subjects }
}

/// Of both sides at once: the accounts differ.
pub(super) fn rights() -> Rights {
    let read = ["list", "get", "watch"];
    let write = ["list", "get", "watch", "create", "delete", "update"];
    let local = vec![
        rule("", &["endpoints"], &write, &[]),
        rule("", &["services"], &write, &[]),
        rule("", &["namespaces"], &read, &[]),
    ];
    let remote = vec![
        rule("", &["pods"], &read, &[]),
        rule("", &["endpoints"], &read, &[]),
        rule("", &["services"], &read, &[]),
        rule("discovery.k8s.io", &["endpointslices"], &read, &[]),
        rule("apps", &["replicasets"], &read, &[]),
        rule("batch", &["jobs"], &read, &[]),
        rule("policy.linkerd.io", &["servers"], &read, &[]),
    ];
    let beside = vec![
        rule("", &["secrets"], &read, &["cluster-credentials-infra"]),
        rule("multicluster.linkerd.io", &["links"], &read, &[]),
        rule("multicluster.linkerd.io", &["links/status"], &["update", "patch"], &[]),
        rule("coordination.k8s.io", &["leases"], &["create", "get", "update", "patch"], &[]),
    ];
    let role = |name: &str, rules| Role { name: name.into(), rules };
    Rights {
        cluster_roles: Observed::Present(vec![role("local", local), role("remote", remote)]),
        cluster_bindings: Observed::Present(vec![
            binding(true, "local", "controller-infra"),
            binding(true, "remote", "linkerd-service-mirror-remote-access-default"),
        ]),
        roles: Observed::Present(vec![role("beside", beside)]),
        bindings: Observed::Present(vec![binding(false, "beside", "controller-infra")]),
    }
}

#[expect(clippy::too_many_lines, reason = "a chart's objects, one after the other")]
pub(super) fn policies() -> Policies {
    let server = |name: &str, label: (&str, &str), port: &str| Server {
        namespace: NAMESPACE.into(),
        name: name.into(),
        pods: Some(LabelSelector { match_labels: labels(&[label]), match_expressions: vec![] }),
        port: port.into(),
        ..Server::default()
    };
    let refer = |kind: &str, name: &str| Reference {
        kind: kind.into(),
        namespace: NAMESPACE.into(),
        name: name.into(),
    };
    let required = vec![refer("MeshTLSAuthentication", "any-meshed"), refer("NetworkAuthentication", "any")];
    let policy = |server: &str, required| Authorization {
        namespace: NAMESPACE.into(),
        name: server.into(),
        target: refer("Server", server),
        required,
    };
    let prometheus =
        Reference { kind: "ServiceAccount".into(), namespace: "viz".into(), name: "prometheus".into() };
    Policies {
        namespaces: vec![NAMESPACE.into(), "databases".into()],
        servers: vec![
            server("linkerd-gateway", ("app", "linkerd-gateway"), "linkerd-proxy"),
            server("linkerd-admin", ("linkerd.io/extension", "multicluster"), "linkerd-admin"),
        ],
        authorizations: vec![
            policy("linkerd-gateway", required),
            Authorization { required: vec![prometheus], ..policy("linkerd-admin", vec![]) },
        ],
        identities: vec![Identities {
            namespace: NAMESPACE.into(),
            name: "any-meshed".into(),
            identities: vec!["*".into()],
            accounts: vec![],
        }],
        networks: vec![Networks {
            namespace: NAMESPACE.into(),
            name: "any".into(),
            ranges: vec![("0.0.0.0/0".into(), vec![])],
        }],
        older: vec![],
    }
}

pub(super) fn gateway() -> Pod {
    let own = [("app", "linkerd-gateway"), ("linkerd.io/extension", "multicluster")];
    Pod {
        address: "10.1.0.7".into(),
        ports: vec![("linkerd-proxy".into(), 4143), ("linkerd-admin".into(), 4191)],
        probed: vec!["/live".into(), "/ready".into()],
        listening: (4143, 4191),
        ..pod("linkerd-gateway", &own)
    }
}

pub(super) fn database() -> Pod {
    Pod {
        namespace: "databases".into(),
        ports: vec![("postgresql".into(), 5432), ("metrics".into(), 9187)],
        ..pod("postgres", &[("app", "postgres"), ("role", "primary")])
    }
}

/// Trust anchors of these names.
pub(in crate::mesh) fn roots(names: &[&str]) -> Roots {
    let anchor = |name: &&str| Certificate { der: name.as_bytes().to_vec(), ..Certificate::default() };
    Roots { anchors: names.iter().map(anchor).collect(), digest: names.concat(), ..Roots::default() }
}

/// What the consumer's control plane knows of the exporter.
pub(super) fn discovery() -> Discovery {
    Discovery {
        name: "cluster-credentials-infra".into(),
        cluster: "infra-east".into(),
        trust_domain: Some("mesh.example".into()),
        cluster_domain: Some("infra.example".into()),
        kind: Some("mirror.linkerd.io/remote-kubeconfig".into()),
        server: Some("https://infra.example:6443".into()),
        trouble: None,
        dead: None,
        trusting: Trusting::Own,
        barred: None,
        unread: None,
    }
}
