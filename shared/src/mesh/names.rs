//! Labels, annotations and names that Linkerd multicluster gives its objects.

/// The domain of what service mirrors read and write.
pub const DOMAIN: &str = "mirror.linkerd.io";
/// Label of an exported Service; the Links' default selectors ask for the value `true` (gateway mode).
pub const EXPORTED: &str = "mirror.linkerd.io/exported";
/// Label of a member of a federated Service; the Links' default selectors ask for the value `member`.
pub const FEDERATED: &str = "mirror.linkerd.io/federated";
/// The label that asks for a mirror whose name something has in another domain of Linkerd's, such as `linkerd.io/exported`.
pub fn misplaced(field: &str) -> Option<&'static str> {
    let domain = field.split_once('/').map_or("", |(domain, _)| domain);
    let name = |field: &str| field.rsplit(['/', '.']).next().map(str::to_owned);
    let is_elsewhere = field.contains("linkerd") && strsim::osa_distance(domain, DOMAIN) > 2;
    [EXPORTED, FEDERATED].into_iter().find(|label| is_elsewhere && name(field) == name(label))
}

/// Label of everything that the service mirror makes.
pub const MIRRORED_SERVICE: &str = "mirror.linkerd.io/mirrored-service";
/// Label of a mirror: the Link's `targetClusterName`.
pub const CLUSTER_NAME: &str = "mirror.linkerd.io/cluster-name";
/// Annotation of a mirror: `NAME.NAMESPACE.svc.DOMAIN` of the exported Service.
pub const REMOTE_NAME: &str = "mirror.linkerd.io/remote-svc-fq-name";
/// Annotation of a mirror: the `resourceVersion` of the exported Service that it was last written from.
pub const REMOTE_VERSION: &str = "mirror.linkerd.io/remote-resource-version";
/// Annotation of a mirror's Endpoints: the identity of the gateway that a proxy must find there.
pub const GATEWAY_IDENTITY: &str = "mirror.linkerd.io/remote-gateway-identity";
/// What the proxy of a pod with this account is to others.
pub fn identity_of(account: &str, namespace: &str, trust_domain: &str) -> String {
    format!("{account}.{namespace}.serviceaccount.identity.{CONTROL_PLANE}.{trust_domain}")
}

/// Label of an `EndpointSlice`: the Service that it is of.
pub const SLICE_OF: &str = "kubernetes.io/service-name";
/// The label of those that Kubernetes makes of Endpoints.
pub const OF_SLICES: &str = "endpointslice.kubernetes.io/managed-by=endpointslicemirroring-controller.k8s.io";
/// Label of Endpoints of which Kubernetes then makes no slices.
pub const UNSLICED: &str = "endpointslice.kubernetes.io/skip-mirror";
/// Label of a mirror for a flat network, with the name of the exporter as its value. Annotation of a federated Service:
/// its remote members, `NAME@CLUSTER`, with commas between them.
pub const REMOTE_DISCOVERY: &str = "multicluster.linkerd.io/remote-discovery";
/// Label of a mirror for a flat network: the name of the exported Service, by which Linkerd looks it up.
pub const REMOTE_SERVICE: &str = "multicluster.linkerd.io/remote-service";
/// Annotation of a federated Service: the name of the member in its own cluster.
pub const LOCAL_DISCOVERY: &str = "multicluster.linkerd.io/local-discovery";

/// Label of the mirror of one pod: the name of the mirror that it belongs to.
pub const OF_HEADLESS: &str = "mirror.linkerd.io/headless-mirror-svc-name";

/// Annotation of a pod with a proxy: the digest of the text that it got its trust anchors from.
pub const DIGEST: &str = "linkerd.io/trust-root-sha256";

/// The longest name that a Service may have (a DNS label, RFC 1035).
pub const LONGEST_NAME: usize = 63;

/// The name of the mirror of a Service. The suffix is the Link's `targetClusterName`, whatever contexts are called.
pub fn mirror(service: &str, target_cluster_name: &str) -> String {
    format!("{service}-{target_cluster_name}")
}

/// The name of the federated Service of members with this name; it is the same in every cluster.
pub fn federated(service: &str) -> String {
    format!("{service}-federated")
}

/// The Secret of who signs for the proxies of a cluster, from the same chart.
pub const ISSUER: (&str, &str) = (CONTROL_PLANE, "linkerd-identity-issuer");

/// The Deployment that signs with it.
pub const IDENTITY: &str = "linkerd-identity";

/// The Deployments of a control plane, from the same chart.
pub const CONTROLLERS: [&str; 3] = [DESTINATION, IDENTITY, INJECTOR];

/// The Deployment that tells proxies where to go, and which policies hold.
pub const DESTINATION: &str = "linkerd-destination";

/// The Deployment that gives pods their proxies.
pub const INJECTOR: &str = "linkerd-proxy-injector";

/// Where the extension is, unless somebody has put it elsewhere.
pub const EXTENSION: &str = "linkerd-multicluster";

/// The settings of Cilium, where it is the network: namespace and name of their `ConfigMap`.
pub const CILIUM: (&str, &str) = ("kube-system", "cilium-config");
/// The Service by which most clusters resolve names, by namespace and name.
pub const NAMES: (&str, &str) = ("kube-system", "kube-dns");
/// The Secret whose keys are the clusters that Cilium connects to its own, by namespace and name.
pub const CLUSTER_MESH: (&str, &str) = ("kube-system", "cilium-clustermesh");

/// The label of a node that is none: something else runs its pods, without the cluster's network. By key and value.
pub const VIRTUAL: (&str, &str) = ("type", "virtual-kubelet");

/// The name of a gateway's port for data.
pub const GATEWAY_PORT: &str = "mc-gateway";
/// The port of the gateway's Service that probes come to.
pub const GATEWAY_PROBE: &str = "mc-probe";
/// The annotation of the gateway's Service with the path of probes.
pub const PROBE_PATH: &str = "mirror.linkerd.io/probe-path";

/// Where the control plane is looked for, and its settings: what is found there is what is judged.
pub const CONTROL_PLANE: &str = "linkerd";

/// The `ConfigMap` of these settings: namespace and name.
pub const CONFIG: (&str, &str) = (CONTROL_PLANE, "linkerd-config");

/// The `ConfigMap` of what the proxies of a cluster trust: namespace and name, from `linkerd-control-plane`'s chart.
pub const TRUST_ROOTS: (&str, &str) = (CONTROL_PLANE, "linkerd-identity-trust-roots");
