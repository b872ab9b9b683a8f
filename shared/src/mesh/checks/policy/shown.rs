//! What policies say, beside what they keep from whom.

use crate::mesh::machinery::{Older, Pod, Policies, Server};
use crate::terms::LabelSelector;
use crate::verdict::Finding;

/// How many of a kind are named.
const NAMED: usize = 3;

/// The Servers in the namespace of a pod that none of them is about.
pub(super) fn nearby(finding: Finding, policies: &Policies, pod: &Pod) -> Finding {
    let ports: Vec<String> = pod.ports.iter().map(|(name, number)| format!("{name} {number}")).collect();
    let finding = finding.seen(
        format!("spec.containers[].ports[].name, .containerPort of pod/{}", pod.name),
        ports.join(", "),
    );
    let here = policies.servers.iter().filter(|server| server.namespace == pod.namespace);
    if here.clone().next().is_none() {
        return finding.seen(format!("servers in {}", pod.namespace), "none");
    }
    here.take(NAMED).fold(finding, |finding, server| {
        let pods = server.pods.as_ref().map(LabelSelector::query).unwrap_or_default();
        let field = format!("spec.podSelector and spec.port of server/{}", server.name);
        finding.seen(field, format!("{pods}, {}", server.port))
    })
}

/// What policies about a Server ask of who comes.
pub(super) fn required(finding: Finding, policies: &Policies, server: &Server) -> Finding {
    let finding = finding.seen("spec.proxyProtocol", &server.protocol);
    let beside = policies.older.iter().filter(|one| one.namespace == server.namespace).take(NAMED);
    let finding = beside.fold(finding, older);
    if policies.authorizations_of(server).next().is_none() {
        let beside =
            policies.authorizations.iter().filter(|one| one.namespace == server.namespace).take(NAMED);
        return beside.fold(finding, |finding, policy| {
            let field =
                format!("spec.targetRef.kind and spec.targetRef.name of authorizationpolicy/{}", policy.name);
            finding.seen(field, policy.target.to_string())
        });
    }
    policies.authorizations_of(server).fold(finding, |finding, policy| {
        let all: Vec<String> = policy.required.iter().map(|one| policies.words(one)).collect();
        let field = format!("spec.requiredAuthenticationRefs[].name of authorizationpolicy/{}", policy.name);
        finding.seen(field, all.join(", "))
    })
}

/// What a policy of the older kind asks.
fn older(finding: Finding, policy: &Older) -> Finding {
    let labels = policy.servers.as_ref().map(LabelSelector::query).filter(|_| policy.server.is_empty());
    let server = labels.unwrap_or_else(|| policy.server.clone());
    let field = format!("spec.server of serverauthorization/{}", policy.name);
    let accounts = policy.accounts.iter().map(ToString::to_string);
    let whom: Vec<String> = policy.identities.iter().cloned().chain(accounts).collect();
    let identities = format!("spec.client.meshTLS.identities of serverauthorization/{}", policy.name);
    let finding = finding.seen(field, server).seen(identities, whom.join(", "));
    let ranges: Vec<&str> = policy.ranges.iter().map(|(range, _)| range.as_str()).collect();
    finding.seen(format!("spec.client.networks of serverauthorization/{}", policy.name), ranges.join(", "))
}
