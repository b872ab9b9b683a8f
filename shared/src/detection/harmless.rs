//! What changes something that is seen, and breaks nothing; and what is known to go unnoticed. Each with its reason: a mutation
//! that is not caught stands in one of the two tables, and a row that no mutation needs is an error.

use super::mutations::Operator::{self, Change, Delete, Swap};

/// Which mutations (the object and the field, where `*` stands for anything), and why.
pub(super) struct Row {
    pub(super) operators: &'static [Operator],
    pub(super) object: &'static str,
    pub(super) field: &'static str,
    pub(super) reason: &'static str,
}

pub(super) const fn row(
    operators: &'static [Operator],
    object: &'static str,
    field: &'static str,
    reason: &'static str,
) -> Row {
    Row { operators, object, field, reason }
}

const LESS: &[Operator] = &[Delete];
const MORE: &[Operator] = &[Change];

const COUNTED: &str = "who serves is told by the Deployment, and who leads by the Lease; a pod that is exchanged is a normal roll-out";
const ENDS: &str = "the cluster keeps Endpoints and pods of its own Services together: as long as the one says that somebody is ready, \
                    the other is on its way";
const OPEN: &str = "it lets in more than before, which keeps nobody out";
const UNSAID: &str =
    "what is left out has this value, or nobody says what it is, and nobody is accused on a guess";

#[rustfmt::skip]
pub(super) const HARMLESS: &[Row] = &[
    row(LESS, "ConfigMap/linkerd-config", "data.values.linkerdVersion", UNSAID),
    row(LESS, "ConfigMap/linkerd-config", "data.values.identityTrustAnchorsPEM", "others may bring the anchors"),
    row(&[Delete, Change], "ConfigMap/linkerd-config", "data.values.proxy.defaultInboundPolicy", OPEN),
    row(&[Delete, Change, Swap], "ConfigMap/linkerd-config", "data.values.identityTrustDomain", "the consumer's own name, which no policy here asks for"),
    row(&[Swap], "Secret/linkerd-identity-issuer", "data[tls.crt]", "the issuer of the other cluster is signed by the same anchor"),
    row(&[Swap], "Secret/linkerd-identity-issuer", "data[crt.pem]", "the issuer of the other cluster is signed by the same anchor"),
    row(LESS, "ConfigMap/cilium-config", "", "a cluster without Cilium's settings is one without Cilium"),
    row(LESS, "Service/linkerd-gateway", "metadata.annotations[mirror.linkerd.io/gateway-identity]", "Links are made from it, and this one is made"),
    row(&[Delete, Change], "Service/linkerd-gateway", "spec.type", "something in front of the gateway may have the address"),
    row(&[Delete, Change], "Service/linkerd-gateway", "spec.ports[1].name", "the probe asks for a number"),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "spec.containers[1].ports[*", "numbers that containers name are words; proxies listen where they are told"),
    row(LESS, "Server/*", "spec.podSelector.matchLabels[*", OPEN),
    row(LESS, "Server/linkerd-gateway", "spec.podSelector.matchLabels.app", "a Server for all pods is one for the gateway's"),
    row(MORE, "Server/*", "spec.accessPolicy", OPEN),
    row(&[Delete, Change], "AuthorizationPolicy/*", "spec.requiredAuthenticationRefs[*].kind", "Linkerd's validator refuses it; what kinds a later one knows nobody can say"),
    row(&[Change], "NetworkAuthentication/source-cluster", "spec.networks[0].cidr", "for another cluster every range may be its own"),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[0].ports[*", "numbers that containers name are words; programs listen where they like"),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[1].name", "without a proxy it lets everybody in, and clients go there in the clear"),
    row(LESS, "Node/*", "", "nodes come and go"),
    row(&[Change, Delete], "Service/postgres-rw", "spec.selector[*", ENDS),
    row(LESS, "Service/postgres-rw", "spec.ports[0].targetPort", "it is the port itself then"),
    row(&[Delete, Change], "Service/postgres-rw", "metadata.resourceVersion", "a federated Service is not written from it"),
    row(&[Delete, Change], "Service/postgres-rw", "spec.ports[0].name", "a federated Service is written from the first of its members"),
    row(&[Swap], "Secret/cluster-credentials-infra", "data.kubeconfig.clusters[0].cluster.server", "files do not say where their API server is: the account tells, and it is there"),
    row(MORE, "Deployment/controller-infra", "spec.replicas", "one that serves is enough, and others are being started"),
    row(LESS, "Deployment/controller-infra", "spec.template.spec.containers[0].args[0]", UNSAID),
    row(&[Delete, Change], "Pod/controller-infra-0", "status.phase", COUNTED),
    row(MORE, "Pod/controller-infra-0", "spec.containers[1].env[*", "where there is no gateway to be asked, it believes nobody beyond its own cluster"),
    row(&[Delete, Change], "Pod/controller-infra-0", "spec.containers[1].name", "where there is no gateway to be asked, it needs no proxy"),
    row(&[Change, Swap], "Lease/service-mirror-write-infra", "spec.holderIdentity", COUNTED),
    row(&[Delete], "Lease/service-mirror-write-infra", "spec.holderIdentity", "who stops leads no more; so lately released, it is about to be taken"),
    row(LESS, "Role/controller-infra-credentials", "rules[0].resourceNames[0]", OPEN),
    row(&[Delete, Change, Swap], "Pod/shop-0", "*", "what names no mirror, or runs no more, is no client"),
    row(&[Delete, Change], "Service/postgres-rw-federated", "spec.ports[0].name", "who asks for a federated Service asks for the number of a port"),
    row(LESS, "Deployment/linkerd-local-service-mirror", "", "installations before Linkerd 2.17 have none, and some do without"),
    row(MORE, "Deployment/linkerd-local-service-mirror", "spec.replicas", "one that serves is enough, and others are being started"),
    row(&[Delete, Change, Swap], "Pod/linkerd-local-service-mirror-0", "*", "who serves is told by the Deployment"),
    row(&[Delete, Change], "Service/probe-infra", "spec.ports[0].name", "the probe asks for a number"),
];

/// What is broken by it, and nobody says so.
#[rustfmt::skip]
pub(super) const GAPS: &[Row] = &[
    row(&[Delete, Change], "Pod/postgres-1", "metadata.labels[*", "the Service that has lost it is told, and nothing ties the pod to that any more"),
    row(LESS, "Server/postgres", "", "without a port by that name, the pods say nothing of it"),
];

/// Whether a pattern with `*` is about a text.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, "")) => text.starts_with(before),
        // A place in a list.
        Some((before, after)) if after.starts_with(']') => text
            .strip_prefix(before)
            .is_some_and(|rest| fits(after, rest.trim_start_matches(|c: char| c.is_ascii_digit()))),
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().any(|(at, _)| fits(after, &rest[at..])) || fits(after, "")
        }),
    }
}
