//! Labels, annotations and names that the controller and its users agree on.

pub(super) const MIRRORED_SERVICE: &str = "mirror.linkerd.io/mirrored-service";
pub(super) const CLUSTER_NAME: &str = "mirror.linkerd.io/cluster-name";
pub(super) const REMOTE_VERSION: &str = "mirror.linkerd.io/remote-resource-version";
pub(super) const REMOTE_NAME: &str = "mirror.linkerd.io/remote-svc-fq-name";
pub(super) const GATEWAY_IDENTITY: &str = "mirror.linkerd.io/remote-gateway-identity";
pub(super) const REMOTE_DISCOVERY: &str = "multicluster.linkerd.io/remote-discovery";
pub(super) const REMOTE_SERVICE: &str = "multicluster.linkerd.io/remote-service";
/// On the Services of single pods: the headless mirror that they belong to.
pub(super) const HEADLESS_MIRROR: &str = "mirror.linkerd.io/headless-mirror-svc-name";
/// On a federated Service: the member of this cluster. The remote ones are listed under [`REMOTE_DISCOVERY`].
pub(super) const LOCAL_DISCOVERY: &str = "multicluster.linkerd.io/local-discovery";
pub(super) const OPAQUE_PORTS: &str = "config.linkerd.io/opaque-ports";

/// Kube's own label on the Endpoints of headless Services.
pub(super) const HEADLESS: &str = "service.kubernetes.io/headless";

/// What the members of the local service mirror are labelled with, key and value.
pub(super) const FEDERATED_MEMBER: (&str, &str) = ("mirror.linkerd.io/federated", "member");

/// Labels with this beginning stay at home: they say something about the exported Service only.
pub(super) const OWN_LABELS: &str = "mirror.linkerd.io";

/// Annotations about the exporter's zones, which mean nothing in the importer.
pub(super) const HOME_ANNOTATIONS: [&str; 2] =
    ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"];

pub(super) const FIELD_MANAGER: &str = "service-mirror";
pub(super) const STATUS_CONTROLLER: &str = "linkerd.io/service-mirror";
pub(super) const PROBE_PORT_NAME: &str = "mc-probe";

/// Services of this namespace are never mirrored.
pub(super) const SYSTEM_NAMESPACE: &str = "kube-system";
