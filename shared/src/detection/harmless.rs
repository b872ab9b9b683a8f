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
const ALONE: &str = "no other pod there needs more than it lets through";
const FREE: &str = "a pod that no policy is about is free";
const UNSAID: &str =
    "what is left out has this value, or nobody says what it is, and nobody is accused on a guess";

#[rustfmt::skip]
pub(super) const HARMLESS: &[Row] = &[
    row(LESS, "ConfigMap/linkerd-config", "data.values.linkerdVersion", UNSAID),
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
    row(&[Change], "NetworkAuthentication/source-cluster", "spec.networks[0].cidr", "for another cluster every range may be its own"),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[0].ports[*", "numbers that containers name are words; programs listen where they like"),
    row(MORE, "Pod/front-1", "spec.containers[1].name", "without a proxy it lets everybody in, and clients go there in the clear"),
    row(&[Delete, Change], "Pod/postgres-1", "spec.containers[1].name", "without a proxy it lets everybody in, and clients go there in the clear"),
    row(LESS, "Node/*", "", "nodes come and go"),
    row(&[Change, Delete], "Service/postgres-rw", "spec.selector[*", ENDS),
    row(LESS, "Service/*", "spec.ports[0].targetPort", "it is the port itself then"),
    row(&[Delete, Change], "Service/postgres-rw", "metadata.resourceVersion", "a federated Service is not written from it"),
    row(&[Delete, Change], "Service/postgres-rw", "spec.ports[0].name", "a federated Service is written from the first of its members"),
    row(&[Swap], "Secret/cluster-credentials-*", "data.kubeconfig.clusters[0].cluster.server", "files do not say where their API server is: the account tells, and it is there"),
    row(MORE, "Deployment/controller-*", "spec.replicas", "one that serves is enough, and others are being started"),
    row(LESS, "Deployment/controller-*", "spec.template.spec.containers[0].args[0]", UNSAID),
    row(&[Delete, Change], "Pod/controller-*", "status.phase", COUNTED),
    row(MORE, "Pod/controller-*", "spec.containers[1].env[*", "where there is no gateway to be asked, it believes nobody beyond its own cluster"),
    row(&[Delete, Change], "Pod/controller-*", "spec.containers[1].name", "where there is no gateway to be asked, it needs no proxy"),
    row(LESS, "Role/controller-*-credentials", "rules[0].resourceNames[0]", OPEN),
    row(&[Delete, Change, Swap], "Pod/shop-0", "*", "what names no mirror, or runs no more, is no client"),
    row(LESS, "Deployment/linkerd-local-service-mirror", "", "installations before Linkerd 2.17 have none, and some do without"),
    row(&[Delete, Change, Swap], "Pod/linkerd-local-service-mirror-0", "*", "who serves is told by the Deployment"),
    row(LESS, "*NetworkPolicy/*", "spec.endpointSelector.matchLabels*", ALONE),
    row(MORE, "NetworkPolicy/gateway", "spec.podSelector.matchLabels.app", FREE),
    row(MORE, "NetworkPolicy/default-deny", "spec.podSelector*", FREE),
    row(MORE, "*NetworkPolicy/*", "*.endPort", OPEN),
    row(&[Delete, Change], "Server/linkerd-gateway", "*", "by default, proxies let in whoever has an identity"),
    row(LESS, "*NetworkPolicy/*", "", FREE),
    row(LESS, "*NetworkPolicy/*", "spec.policyTypes[0]", FREE),
    row(LESS, "*NetworkPolicy/*", "*", OPEN),
    row(MORE, "ConfigMap/cilium-config", "data.enable-policy", OPEN),
    row(LESS, "Service/linkerd-gateway", "spec.loadBalancerSourceRanges[0]", OPEN),
    row(LESS, "Server/web", "spec.podSelector.matchLabels.app", OPEN),
    row(LESS, "ServerAuthorization/web-clients", "spec.server.selector.matchLabels.tier", OPEN),
    row(&[Delete, Change], "Service/linkerd-gateway", "spec.externalTrafficPolicy", "all nodes answer for it then"),
    row(LESS, "Pod/linkerd-gateway-a", "spec.nodeName", UNSAID),
    row(LESS, "Node/*", "status.nodeInfo.kubeletVersion", UNSAID),
    row(LESS, "Pod/controller-*", "status.hostIP", UNSAID),
    row(MORE, "Pod/controller-*", "status.hostIP", "a pod that is exchanged is a normal roll-out, and may come from another node"),
    row(MORE, "CiliumLoadBalancerIPPool/public", "spec.disabled", "who has an address keeps it"),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "spec.containers[1].readinessProbe.httpGet.path", "a policy lets the probe in"),
    row(&[Delete, Change], "Server/gateway-probe", "*", "without a policy, what the kubelet asks for is let in"),
    row(&[Delete, Change], "HTTPRoute/gateway-ready", "*", "without a route, what the kubelet asks for is let in"),
    row(LESS, "Service/web", "spec.selector.app", ENDS),
    row(LESS, "Service/front", "spec.selector.app", ENDS),
    row(MORE, "Pod/*-1", "spec.containers[0].ports[*", "numbers that containers name are words; programs listen where they like"),
    row(LESS, "APIService/*", "", "an API that nobody has registered is one that is not installed"),
    row(&[Delete, Change, Swap], "Ingress/web", "*", "what names no mirror, or is of another class, is no matter of mirrors"),
    row(LESS, "DaemonSet/cilium", "metadata.generation", UNSAID),
    row(&[Delete, Change, Expire], "Deployment/linkerd-proxy-injector", "status.conditions*", UNSAID),
    row(LESS, "Pod/netshoot", "", "nobody needs it"),
];

/// What is broken by it, and nobody says so.
#[rustfmt::skip]
pub(super) const GAPS: &[Row] = &[
    row(&[Delete, Change], "Pod/postgres-1", "metadata.labels[*", "the Service that has lost it is told, and nothing ties the pod to that any more"),
    row(LESS, "Service/linkerd-gateway", "spec.selector.app", "somebody else may say where it leads then"),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "spec.containers[1].env[1]*", "of a proxy that does not say where it listens nobody is accused"),
    row(&[Delete, Change], "Pod/linkerd-gateway-a", "spec.containers[1].env[2]*", "of a proxy that does not say where it listens nobody is accused"),
    row(LESS, "Server/postgres", "", "without a port by that name, the pods say nothing of it"),
    row(&[Delete, Change, Swap], "EndpointSlice/*", "metadata.labels[*", "the mirror that has lost it is told, and nothing ties the slice to that any more"),
    row(&[Delete, Change], "Pod/*-1", "metadata.labels.app", "the Service that has lost it is told, and nothing ties the pod to that any more"),
    row(LESS, "Cilium*NetworkPolicy/*", "", "that the default one shuts is told, and not what opened beside it"),
    row(LESS, "DaemonSet/cilium", "", "nobody says whether somebody takes Cilium away"),
    row(LESS, "Deployment/cilium-operator", "", "nobody says whether somebody takes Cilium away"),
    row(&[Expire], "Pod/cilium-*", "status.containerStatuses[*].state.running.startedAt", "the settings that are newer than all agents are told, and no agent"),
    row(&[Delete, Change], "CiliumClusterwideNetworkPolicy/service-mirrors", "spec.egress[3]*", "whether the service mirror reaches its own API server nobody looks"),
    row(MORE, "NetworkPolicy/*", "*namespaceSelector.matchExpressions[*].key", "which namespaces have servers of DNS is not known by labels"),
    row(&[Delete, Change, Swap, Revoke], "ClusterRoleBinding/linkerd-multicluster-controller-apps", "subjects[0]*", "that the service mirror lacks rights is told, with another role that grants them"),
    row(LESS, "Link/apps", "spec.targetClusterDomain", "Linkerd has this domain by default, and the other side says none"),
    row(MORE, "Link/apps", "spec.probeSpec.path", "without a policy, nobody looks which paths a proxy answers"),
    row(LESS, "NetworkPolicy/clients", "spec.policyTypes[0]", "what is shut then is told, and not that this is the reason"),
    row(&[Swap], "MeshTLSAuthentication/any-meshed", "spec.identities[0]", "a name that ends like that of the other trust domain is taken for one of it"),
    row(&[Revoke], "ServerAuthorization/web-clients", "", "that nobody is let in is told, and not that somebody was by a policy of the older kind"),
    row(&[Delete, Change, Expire], "Event/*", "*", "the issuer is told, and no event that says nothing of it"),
    row(&[Delete, Revoke], "Secret/linkerd-proxy-injector-k8s-tls", "*", "its pods go on with what they have read, and it may be hidden"),
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
