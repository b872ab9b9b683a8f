//! The command lines of the four programs of a control plane. Everything listens on 127.0.0.1 only.

use std::path::Path;

use crate::cluster::Site;

/// Names end in `-controller`; a name that the program does not know ends it.
const CONTROLLERS: [&str; 13] = [
    "serviceaccount-token-controller", // real tokens for the credentials of a Link
    "serviceaccount-controller",
    "clusterrole-aggregation-controller", // the roles for people
    "namespace-controller",
    "garbage-collector-controller",
    "endpointslice-controller",
    "endpoints-controller",
    "endpointslice-mirroring-controller",
    "deployment-controller",
    "replicaset-controller",
    "statefulset-controller",
    "job-controller",
    "root-ca-certificate-publisher-controller",
];

/// What the API server logs: every request when it is answered, and a watch as soon as it is open.
pub(crate) const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
";

/// The store. Without fsync: the data need not survive anything.
pub(crate) fn etcd(site: &Site) -> Vec<String> {
    let client = format!("http://127.0.0.1:{}", site.ports.etcd);
    let peer = format!("http://127.0.0.1:{}", site.ports.etcd_peer);
    vec![
        format!("--data-dir={}", path(site, "etcd")),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

/// The API server.
pub(crate) fn kube_apiserver(site: &Site) -> Vec<String> {
    vec![
        format!("--etcd-servers=http://127.0.0.1:{}", site.ports.etcd),
        format!("--secure-port={}", site.ports.api),
        "--bind-address=127.0.0.1".to_owned(),
        "--advertise-address=127.0.0.1".to_owned(),
        // A loopback address is not allowed in the endpoints of the `kubernetes` Service.
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--client-ca-file={}", path(site, "ca.crt")),
        format!("--tls-cert-file={}", path(site, "server.crt")),
        format!("--tls-private-key-file={}", path(site, "server.key")),
        format!("--service-account-key-file={}", path(site, "service-account.pub")),
        format!("--service-account-signing-key-file={}", path(site, "service-account.key")),
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local".to_owned(),
        format!("--service-cluster-ip-range={}", site.services),
        "--authorization-mode=RBAC".to_owned(),
        // The Node's name does not resolve; its address does not need to.
        "--kubelet-preferred-address-types=InternalIP".to_owned(),
        "--allow-privileged=true".to_owned(),
        format!("--audit-policy-file={}", path(site, "audit-policy.yaml")),
        format!("--audit-log-path={}", path(site, "audit.log")),
        "--audit-log-mode=blocking".to_owned(),
        "--audit-log-maxsize=100000".to_owned(), // never rotated; 0 would mean 100 MB
    ]
}

/// The controllers that a test sees the work of.
pub(crate) fn kube_controller_manager(site: &Site) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", path(site, "controller-manager.kubeconfig")),
        format!("--controllers={}", CONTROLLERS.join(",")),
        format!("--service-account-private-key-file={}", path(site, "service-account.key")),
        format!("--root-ca-file={}", path(site, "ca.crt")),
        "--leader-elect=false".to_owned(),
        "--secure-port=0".to_owned(), // nobody asks it anything
        // Its own brake would make tests with many objects wait.
        "--kube-api-qps=500".to_owned(),
        "--kube-api-burst=1000".to_owned(),
    ]
}

/// What stands for the kubelet: pods become ready and are deleted, and nothing runs.
pub(crate) fn kwok(site: &Site, stages: &Path) -> Vec<String> {
    let stage = |name: &str| format!("--config={}", stages.join(name).display());
    let mut flags = vec![
        format!("--kubeconfig={}", path(site, "kwok.kubeconfig")),
        "--manage-all-nodes=true".to_owned(),
        "--node-ip=127.0.0.1".to_owned(),
        format!("--node-port={}", site.ports.kubelet),
        // Without it, kwok would listen on all addresses of the machine.
        format!("--server-address=127.0.0.1:{}", site.ports.kubelet),
        format!("--cidr={}", site.pods),
        format!("--tls-cert-file={}", path(site, "kubelet.crt")),
        format!("--tls-private-key-file={}", path(site, "kubelet.key")),
    ];
    flags.extend(crate::binaries::STAGES.iter().map(|file| stage(crate::binaries::stage_name(file))));
    flags
}

fn path(site: &Site, file: &str) -> String {
    site.folder.join(file).display().to_string()
}
