//! What is shown of policies that shut.

use super::{Fence, NAMED, Shut};
use crate::mesh::machinery::Direction;
use crate::mesh::names::{CILIUM, NAMES};
use crate::terms::Kind;
use crate::verdict::Finding;

impl Shut<'_> {
    /// The finding with why nothing gets through.
    fn weighed(&self, finding: Finding) -> Finding {
        let why = match self.reads {
            Some(protocol) => format!(": proxies encrypt that traffic, but it is read as {protocol}"),
            None if self.is_denied => "; no other policy can allow what it denies".to_owned(),
            None => match self.near {
                Some((one, lacking)) => format!("; {} beside it {lacking}", one.name),
                None => return finding,
            },
        };
        Finding { summary: format!("{}{why}", finding.summary), ..finding }
    }

    /// The finding with whom they should let be asked for names.
    fn astray(&self, finding: Finding) -> Finding {
        let Some(servers) = self.servers else { return finding };
        let (namespace, name) = NAMES;
        let summary = format!("{}; none of the pods that it lets be asked is of {name}", finding.summary);
        let field = format!("spec.selector of svc/{name} of {namespace}");
        Finding { summary, ..finding }.seen(field, servers.selector.query())
    }

    /// The finding with what the first of them says, and what others add.
    pub(super) fn shown(&self, finding: Finding) -> Finding {
        let finding = self.weighed(finding);
        let fence = self.first;
        if fence.kind == Kind::ConfigMap {
            return self.added(finding.seen("data.enable-policy", "always"));
        }
        let finding = finding.seen(pods(fence), fence.selected());
        if self.is_denied {
            return finding.seen(self.openings(), fence.what_it_denies(self.direction));
        }
        let finding = self.astray(finding.seen(self.openings(), fence.opened(self.direction)));
        let finding = self.beside.iter().take(NAMED).fold(self.added(finding), |finding, one| {
            let field = format!("{} of {}", pods(one), named(one));
            finding.seen(field, format!("{}: would allow it, but is about others", one.selected()))
        });
        let has = self.whose.as_deref().and_then(|name| Some((name, fence.has_of_namespace(name)?)));
        let finding = match has {
            Some((name, labels)) => {
                let summary = &finding.summary;
                let summary = format!("{summary}; it selects namespaces by labels, and {name} has {labels}");
                Finding { summary, ..finding }.seen(format!("metadata.labels of namespace/{name}"), labels)
            }
            None => finding,
        };
        let mut all = std::iter::once(fence).chain(self.others.iter().copied());
        match all.find_map(Fence::cluster) {
            Some(cluster) => finding.seen(format!("cluster-name in configmap/{}", CILIUM.1), cluster),
            None => finding,
        }
    }

    pub(super) fn openings(&self) -> &'static str {
        match (self.direction, self.is_denied) {
            (Direction::Ingress, false) => "spec.ingress",
            (Direction::Egress, false) => "spec.egress",
            (Direction::Ingress, true) => "spec.ingressDeny",
            (Direction::Egress, true) => "spec.egressDeny",
        }
    }

    /// What others that are about the pod let through, those that are about few pods first: what lacks may be meant to be there.
    fn added(&self, finding: Finding) -> Finding {
        let mut others: Vec<&Fence> =
            self.others.iter().copied().filter(|one| !one.opens_nothing(self.direction)).collect();
        others.sort_by_key(|one| one.is_about_all());
        others.into_iter().take(NAMED).fold(finding, |finding, one| {
            finding.seen(format!("{} of {}", self.openings(), named(one)), one.opened(self.direction))
        })
    }
}

fn pods(fence: &Fence) -> &'static str {
    if fence.kind == Kind::NetworkPolicy { "spec.podSelector" } else { "spec.endpointSelector" }
}

pub(super) fn named(fence: &Fence) -> String {
    format!("{}/{}", fence.kind.name().to_lowercase(), fence.name)
}
