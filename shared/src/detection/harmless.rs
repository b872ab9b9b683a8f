//! What changes something that is seen, and breaks nothing; and what is known to go unnoticed. Each with its reason: a mutation
//! that is not caught stands in one of the two tables, and a row that no mutation needs is an error.

use super::mutations::Operator::{self, Change, Delete, Expire, Revoke, Swap};

/// Which mutations (the object and the field, where `*` stands for anything), and why.
pub(super) struct Row {
    pub(super) operators: &'static [Operator],
    pub(super) object: &'static str,
    pub(super) field: &'static str,
    pub(super) reason: &'static str,
}

const fn row(
    operators: &'static [Operator],
    object: &'static str,
    field: &'static str,
    reason: &'static str,
) -> Row {
    Row { operators, object, field, reason }
}

const ANY: &[Operator] = &[Delete, Change, Swap, Expire, Revoke];
const LESS: &[Operator] = &[Delete];
const MORE: &[Operator] = &[Change];
const OLD: &[Operator] = &[Delete, Expire];

const COUNTED: &str = "who serves is told by the Deployment, and who leads by the Lease; a pod that is exchanged is a normal roll-out";
const ENDS: &str = "the cluster keeps Endpoints and pods of its own Services together: as long as the one says that somebody is ready, \
                    the other is on its way";
const OPEN: &str = "it lets in more than before, which keeps nobody out";
const UNSAID: &str =
    "what is left out has this value, or nobody says what it is, and nobody is accused on a guess";
const SIGNED: &str = "a token is signed as a whole: one that lacks a claim is one of another kind";
const HELD: &str =
    "the anchors of the other side are among what the proxy believes, or it does not say what it believes";

#[rustfmt::skip]
pub(super) const HARMLESS: &[Row] = &[
    row(LESS, "ConfigMap/linkerd-config", "data.values.linkerdVersion", UNSAID),
    row(LESS, "ConfigMap/linkerd-config", "data.values.identityTrustAnchorsPEM", "others may bring the anchors"),
    row(&[Delete, Change], "ConfigMap/linkerd-config", "data.values.cniEnabled", "without its CNI plugin, Linkerd minds no other"),
    row(&[Delete, Change], "ConfigMap/linkerd-config", "data.values.proxy.defaultInboundPolicy", OPEN),
    row(&[Delete, Change, Swap], "ConfigMap/linkerd-config", "data.values.identityTrustDomain", "the consumer's own name, which no policy here asks for"),
    row(OLD, "Secret/linkerd-identity-issuer", "data[ca.crt]", "proxies do not read it; a namesake with the key of the anchor is the anchor"),
    row(&[Swap], "Secret/linkerd-identity-issuer", "data[tls.crt]", "the issuer of the other cluster is signed by the same anchor"),
    row(&[Swap], "Secret/linkerd-identity-issuer", "data[crt.pem]", "the issuer of the other cluster is signed by the same anchor"),
    row(LESS, "ConfigMap/cilium-config", "", "a cluster without Cilium's settings is one without Cilium"),
    row(LESS, "Service/linkerd-gateway", "metadata.annotations[mirror.linkerd.io/gateway-identity]", "Links are made from it, and this one is made"),
    row(&[Delete, Change], "Service/linkerd-gateway", "spec.type", "something in front of the gateway may have the address"),
    row(&[Delete, Change], "Service/linkerd-gateway", "spec.ports[1].name", "the probe asks for a number"),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "metadata.labels[linkerd.io/extension]", "the kubelet's probe, which is the Link's, is let in everywhere"),
    row(&[Delete, Change, Expire], "Pod/linkerd-gateway-a", "spec.containers[1].env[*", HELD),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "spec.containers[1].ports[*", "numbers that containers name are words; proxies listen where they are told"),
    row(LESS, "Pod/linkerd-gateway-a", "spec.containers[1].readinessProbe.httpGet.path", UNSAID),
    row(&[Delete, Change], "Server/service-mirror-proxy-admin", "*", "the kubelet's probe, which is the Link's, is let in everywhere"),
    row(LESS, "Server/*", "spec.podSelector.matchLabels[*", OPEN),
    row(LESS, "Server/linkerd-gateway", "spec.podSelector.matchLabels.app", "a Server for all pods is one for the gateway's"),
    row(LESS, "Server/*", "spec.accessPolicy", UNSAID),
    row(MORE, "Server/*", "spec.accessPolicy", OPEN),
    row(&[Delete, Change], "AuthorizationPolicy/*", "spec.requiredAuthenticationRefs[*].kind", "no API server takes it"),
    row(&[Change], "NetworkAuthentication/source-cluster", "spec.networks[0].cidr", "for another cluster every range may be its own"),
    row(LESS, "NetworkAuthentication/source-cluster", "spec.networks[0].cidr", "no API server takes it"),
    row(LESS, "Pod/postgres-1", "", ENDS),
    row(&[Delete, Change], "Pod/postgres-1", "metadata.labels[*", ENDS),
    row(&[Delete, Change], "Pod/postgres-1", "status.*", ENDS),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[0].ports[*", "numbers that containers name are words; programs listen where they like"),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[1].name", "without a proxy it lets everybody in, and clients go there in the clear"),
    row(ANY, "Endpoints/postgres-rw", "subsets[0].*", ENDS),
    row(LESS, "Node/*", "", "nodes come and go"),
    row(&[Change], "Node/*", "spec.podCIDRs[0]", "it overlaps with no range of the other cluster"),
    row(&[Change, Delete], "Service/postgres-rw", "spec.selector[*", ENDS),
    row(&[Change, Delete], "Service/postgres-rw*", "spec.type", "any type but ExternalName has an address of its own"),
    row(LESS, "Service/postgres-rw", "spec.ports[0].targetPort", "it is the port itself then"),
    row(&[Delete, Change], "Service/postgres-rw", "metadata.resourceVersion", "a federated Service is not written from it"),
    row(&[Delete, Change], "Service/postgres-rw", "spec.ports[0].name", "a federated Service is written from the first of its members"),
    row(OLD, "Link/infra", "metadata.managedFields[0].time", "an older or newer Link is as good"),
    row(LESS, "Link/infra", "spec.targetCluster*", UNSAID),
    row(&[Swap], "Secret/cluster-credentials-infra", "data.kubeconfig.clusters[0].cluster.server", "files do not say where their API server is: the account tells, and it is there"),
    row(LESS, "Secret/cluster-credentials-infra", "data.kubeconfig.users[0].user.token*", SIGNED),
    row(MORE, "Secret/cluster-credentials-infra", "data.kubeconfig.users[0].user.token.exp", "it is good for as long, but for a second"),
    row(LESS, "Secret/cluster-credentials-infra", "data.kubeconfig.clusters[0].cluster.server", UNSAID),
    row(MORE, "Deployment/controller-infra", "spec.replicas", "one that serves is enough, and others are being started"),
    row(MORE, "Deployment/controller-infra", "status.availableReplicas", "more than one is as good"),
    row(LESS, "Deployment/controller-infra", "spec.template.spec.containers[0].args[0]", UNSAID),
    row(LESS, "Pod/controller-infra-0", "", COUNTED),
    row(&[Delete, Change, Swap], "Pod/controller-infra-0", "metadata.labels*", COUNTED),
    row(&[Delete, Change], "Pod/controller-infra-0", "status.conditions[*", COUNTED),
    row(&[Delete, Change], "Pod/controller-infra-0", "status.phase", COUNTED),
    row(OLD, "Pod/controller-infra-0", "status.containerStatuses[*", "it was started after what it reads was written, or nobody says when"),
    row(&[Delete, Change, Expire], "Pod/controller-infra-0", "spec.containers[1].env[*", HELD),
    row(&[Delete, Change], "Pod/controller-infra-0", "spec.containers[1].name", "where there is no gateway to be asked, it needs no proxy"),
    row(&[Change, Swap], "Lease/service-mirror-write-infra", "spec.holderIdentity", COUNTED),
    row(MORE, "Lease/service-mirror-write-infra", "spec.leaseDurationSeconds", "a second more or less"),
    row(LESS, "Role/controller-infra-credentials", "rules[0].resourceNames[0]", OPEN),
    row(LESS, "Pod/shop-0", "metadata.annotations[*", HELD),
    row(&[Delete, Change, Swap], "Pod/shop-0", "*", "what names no mirror, or runs no more, is no client"),
    row(&[Delete, Change], "Service/probe-infra", "spec.ports[0].name", "the probe asks for a number"),
    row(&[Swap], "Service/postgres-rw-infra", "metadata.annotations[mirror.linkerd.io/remote-svc-fq-name]", "the domain is the Link's, which is compared"),
    row(MORE, "Service/postgres-rw*", "spec.ports[0].targetPort", "the ports of its Endpoints count"),
];

const ISSUERLESS: &str = "a control plane elsewhere looks the same from here: its settings and its issuer are then absent, and not judged";

/// What is broken by it, and nobody says so.
#[rustfmt::skip]
pub(super) const GAPS: &[Row] = &[
    row(LESS, "ConfigMap/linkerd-config", "", ISSUERLESS),
    row(&[Revoke], "Secret/linkerd-identity-issuer", "", ISSUERLESS),
    row(LESS, "Secret/linkerd-identity-issuer", "data[*", ISSUERLESS),
    row(ANY, "Endpoints/probe-infra", "", "that the probe has nobody to ask is told by the readiness of mirrors alone"),
    row(LESS, "Endpoints/probe-infra", "metadata.annotations[*", "whom the probe expects is compared only where it says so"),
    row(ANY, "Endpoints/postgres-rw-infra", "metadata.labels[*", "its service mirror passes it over, which shows only once the gateway dies"),
    row(LESS, "Server/postgres", "", "without a port by that name, the pods say nothing of it"),
    row(ANY, "Service/postgres-rw-infra", "metadata.labels[multicluster.linkerd.io/remote-discovery]", "that it is there is judged, and not what it says"),
    row(ANY, "Service/postgres-rw-federated", "spec.ports[0].*", "ports of a federated Service are those of its first member, which may be another one"),
];

/// Whether a pattern with `*` is about a text.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, "")) => text.starts_with(before),
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().any(|(at, _)| fits(after, &rest[at..])) || fits(after, "")
        }),
    }
}
