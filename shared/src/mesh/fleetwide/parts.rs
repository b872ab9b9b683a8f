//! Parts of a control plane that do not serve because of each other, or of what they sign with.

use super::Judged;
use super::alike::put_under;
use crate::verdict::{Cause, Finding, Ground, Severity};

const CHECK: &str = "control-plane";
/// With what is wrong with these the identity controller ends as soon as it starts.
const SIGNING: [&str; 3] = ["trust-issuer", "trust-renewal", "trust-expiry"];
/// The same of anchors, where they are of no use in their own cluster.
const ANCHORS: &str = "trust-roots";
/// How what is seen of a container ends that fails: of the identity controller itself, ...
const IDENTITY: &str = "tatuses[name=identity].state";
/// ... and of a proxy, which waits for a certificate of it.
const PROXY: &str = "tatuses[name=linkerd-proxy].state";

impl Judged {
    /// Puts an identity controller that fails under what is wrong with its certificates, and what waits for it under it.
    pub(super) fn fold_parts(&mut self) {
        let all = std::mem::take(&mut self.causes).into_iter();
        let (parts, mut leads): (Vec<Cause>, Vec<Cause>) =
            all.partition(|cause| cause.finding.check == CHECK && cause.finding.severity > Severity::Info);
        let (identities, others): (Vec<Cause>, Vec<Cause>) =
            parts.into_iter().partition(|cause| cause.finding.ground == Some(Ground::Identity));
        for identity in identities {
            let lead = leads.iter_mut().find(|lead| keeps(&lead.finding, &identity.finding));
            put(identity, lead, &mut self.causes);
        }
        leads.append(&mut self.causes);
        for other in others {
            let waits = |cause: &Cause| {
                let mut told = [&cause.finding].into_iter().chain(&cause.effects);
                told.any(|one| is_waited_for(one, &other.finding))
            };
            let lead = leads.iter_mut().find(|lead| waits(lead));
            put(other, lead, &mut self.causes);
        }
        self.causes.append(&mut leads);
    }
}

pub(super) fn put(cause: Cause, lead: Option<&mut Cause>, leads: &mut Vec<Cause>) {
    match lead {
        Some(lead) => put_under(lead, [cause]),
        None => leads.push(cause),
    }
}

/// Whether an identity controller fails for want of certificates, or was never given any anchors.
fn keeps(cause: &Finding, identity: &Finding) -> bool {
    let is_ended =
        is_of_signing(cause) && [IDENTITY, PROXY].iter().any(|container| fails(identity, container));
    let is_bare = cause.check == ANCHORS && cause.evidence.iter().all(|one| one.field == "file");
    cause.severity == Severity::Error && (is_ended || is_bare) && is_beside(cause, identity)
}

/// Whether nobody there gets a certificate by it that is believed.
fn is_of_signing(cause: &Finding) -> bool {
    SIGNING.contains(&cause.check) || (cause.check == ANCHORS && cause.ground == Some(Ground::Identity))
}

/// Whether a part waits for a certificate of an identity controller that does not serve, or has none to give.
fn is_waited_for(cause: &Finding, part: &Finding) -> bool {
    let is_identity = cause.check == CHECK && cause.ground == Some(Ground::Identity);
    (is_identity || is_of_signing(cause))
        && cause.severity == Severity::Error
        && fails(part, PROXY)
        && is_beside(cause, part)
}

fn fails(finding: &Finding, container: &str) -> bool {
    finding.evidence.iter().any(|one| one.field.contains(container))
}

/// Whether both are of one cluster: of a part, and of what may be of several clusters.
fn is_beside(one: &Finding, part: &Finding) -> bool {
    let Some(place) = part.object.as_ref().map(|object| &object.cluster) else { return false };
    one.object.as_ref().map_or_else(|| one.clusters.contains(place), |object| object.cluster == *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ClusterName, Kind, ObjectRef};
    use crate::verdict::Remedy;

    fn part(cluster: &str, name: &str, container: &str) -> Finding {
        let cluster = ClusterName::new(cluster);
        let object = ObjectRef::namespaced(&cluster, Kind::Deployment, "linkerd", name);
        let field = format!("status.containerStatuses[name={container}].state of pod/{name}-0");
        let finding = Finding::error(CHECK, &[&cluster], "x", Remedy::new("y")).about(object);
        let finding = finding.seen(field, "CrashLoopBackOff after Error, exit code 1");
        if name == "linkerd-identity" { finding.on(Ground::Identity) } else { finding }
    }

    fn trust(check: &'static str, cluster: &str) -> Finding {
        let cluster = ClusterName::new(cluster);
        let object = ObjectRef::namespaced(&cluster, Kind::Secret, "linkerd", "linkerd-identity-issuer");
        Finding::error(check, &[&cluster], "x", Remedy::new("y")).about(object)
    }

    fn leads(all: Vec<Finding>) -> Vec<(&'static str, usize)> {
        let mut judged = Judged::default();
        judged.add(all);
        judged.fold_parts();
        let mut told: Vec<_> =
            judged.causes.iter().map(|cause| (cause.finding.check, cause.effects.len())).collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn an_identity_controller_that_fails_follows_from_what_it_signs_with() {
        let identity = |container| part("infra", "linkerd-identity", container);
        assert_eq!(leads(vec![identity("identity"), trust("trust-expiry", "infra")]), [("trust-expiry", 1)]);
        assert_eq!(leads(vec![identity("identity"), trust("trust-roots", "infra")]), [("trust-roots", 1)]);
        let refused = trust("trust-roots", "infra").seen("data[ca-bundle.crt]", "one");
        assert_eq!(leads(vec![identity("identity"), refused]).len(), 2, "the other side is what it refuses");
        assert_eq!(leads(vec![identity("identity"), trust("trust-expiry", "apps")]).len(), 2, "elsewhere");
        let of_all = ["apps", "infra"].map(ClusterName::new);
        let of_all =
            Finding::error("trust-expiry", &of_all.each_ref(), "an anchor of both", Remedy::new("y"));
        assert_eq!(leads(vec![identity("identity"), of_all]), [("trust-expiry", 1)]);
        let own = trust("trust-roots", "infra").seen("data[ca-bundle.crt]", "one").on(Ground::Identity);
        assert_eq!(leads(vec![identity("identity"), own]), [("trust-roots", 1)], "its own issuer, too");
        let waits = |check| leads(vec![identity("linkerd-proxy"), trust(check, "infra")]);
        assert_eq!(waits("trust-expiry"), [("trust-expiry", 1)], "it gives itself none either");
        assert_eq!(waits("trust-renewal"), [("trust-renewal", 1)]);
        assert_eq!(leads(vec![identity("policy"), trust("trust-expiry", "infra")]).len(), 2);
        let soon = Finding { severity: Severity::Warning, ..trust("trust-expiry", "infra") };
        assert_eq!(leads(vec![identity("identity"), soon]).len(), 2, "it is good until then");
    }

    #[test]
    fn what_waits_for_a_certificate_follows_from_who_gives_it() {
        let identity = || part("infra", "linkerd-identity", "identity");
        let waiting = || part("infra", "linkerd-destination", "linkerd-proxy");
        assert_eq!(leads(vec![waiting(), identity()]), [(CHECK, 1)]);
        assert_eq!(leads(vec![waiting(), identity(), trust("trust-issuer", "infra")]), [("trust-issuer", 2)]);
        assert_eq!(leads(vec![waiting(), trust("trust-expiry", "infra")]), [("trust-expiry", 1)]);
        let own = part("infra", "linkerd-destination", "destination");
        assert_eq!(leads(vec![own, identity()]).len(), 2, "it fails by itself");
        assert_eq!(leads(vec![part("apps", "linkerd-destination", "linkerd-proxy"), identity()]).len(), 2);
    }
}
