//! Members of a federated Service that have no pods while others have: it was federated for that.

use super::Judged;
use super::grace::soften;
use crate::mesh::link::Way;
use crate::mesh::names::{self, EXPORTED, FEDERATED};
use crate::mesh::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::terms::Observed;
use crate::verdict::{Finding, Severity};

const IDLE: &str = "export-endpoints";
/// How a Service is told that selects no pod at all: pods that fail are no arrangement.
const SELECTOR: &str = "spec.selector";

impl Judged {
    /// Tells members without pods as no more than worth knowing, where another cluster has ready endpoints of the same member.
    pub(super) fn spare_members(&mut self, sides: &[MeshSeen]) {
        let mut passing = Vec::new();
        for cause in &mut self.causes {
            let Some(key) = idle(&cause.finding, sides).filter(|key| is_answered(key, &cause.finding, sides))
            else {
                continue;
            };
            let name = names::federated(&key.name);
            soften(cause, &format!("only the other members of {name} answer"));
            passing.extend([&cause.finding].into_iter().chain(&cause.effects).cloned());
        }
        self.weigh_anew(passing);
    }
}

/// The member that has no pods, and is mirrored in no other way.
fn idle(finding: &Finding, sides: &[MeshSeen]) -> Option<Key> {
    let is_idle = finding.check == IDLE
        && finding.severity == Severity::Warning
        && finding.evidence.iter().any(|one| one.field == SELECTOR);
    let object = finding.object.as_ref().filter(|_| is_idle)?;
    let key = Key::new(object.namespace.clone()?, object.name.clone());
    let home = sides.iter().find(|seen| seen.exporter == object.cluster)?;
    is_member(service(home, &key)?).then_some(key)
}

fn service<'a>(seen: &'a MeshSeen, key: &Key) -> Option<&'a ServiceSeen> {
    let Observed::Present(services) = &seen.services else { return None };
    services.by_key.get(key)
}

fn is_member(service: &ServiceSeen) -> bool {
    service.labels.contains_key(FEDERATED) && !service.labels.contains_key(EXPORTED)
}

/// Whether another cluster has a member of that name that is ready.
fn is_answered(key: &Key, finding: &Finding, sides: &[MeshSeen]) -> bool {
    let others = sides.iter().filter(|seen| !finding.clusters.contains(&seen.exporter));
    let mut others = others.filter(|seen| service(seen, key).is_some_and(is_member));
    others.any(|seen| match &seen.endpoints {
        Observed::Present(ends) => ends.by_key.get(key).is_some_and(|ends| ends.ready > 0),
        Observed::Absent | Observed::Unknown(_) => false,
    })
}

/// Whether the cluster makes a federated Service of one of these and of a member elsewhere: then they are federated, if only there.
pub(super) fn is_joined_at_home(sides: &[MeshSeen], seen: &MeshSeen, members: &[&Key]) -> bool {
    sides.iter().any(|side| {
        let links = side.links_of(&seen.exporter);
        let Observed::Present(services) = &side.services else { return !links.is_empty() };
        let is_member = |key: &&Key| {
            let there = services.by_key.get(*key);
            there.is_some_and(|service| links.iter().any(|link| link.goes(&service.labels, Way::Federated)))
        };
        members.iter().any(is_member)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::{cluster, labelled, mesh};
    use crate::mesh::snapshot::EndpointsSeen;
    use crate::terms::{Kind, ObjectRef};
    use crate::verdict::Remedy;

    fn side(name: &str, label: (&str, &str), ready: usize) -> MeshSeen {
        let mut seen = mesh(labelled(&[label], "kubectl", "Update"), vec![]);
        seen.exporter = cluster(name);
        if let Observed::Present(all) = &mut seen.endpoints {
            all.by_key.clear();
            all.by_key.insert(
                Key::new("databases", "postgres-rw"),
                EndpointsSeen { ready, ..EndpointsSeen::default() },
            );
        }
        seen
    }

    /// What becomes of a member of `infra` that has no pods, beside this one of `apps`.
    fn told(own: (&str, &str), other: (&str, &str), ready: usize, field: &str) -> Severity {
        let infra = cluster("infra");
        let object = ObjectRef::namespaced(&infra, Kind::Service, "databases", "postgres-rw");
        let finding = Finding::warning(IDLE, &[&infra], "it is idle", Remedy::new("start it"));
        let mut judged = Judged::default();
        judged.add([finding.about(object).seen(field, "app=postgres, which no pod has")]);
        judged.spare_members(&[side("infra", own, 0), side("apps", other, ready)]);
        judged.causes[0].finding.severity
    }

    #[test]
    fn a_member_without_pods_is_well_while_another_one_answers() {
        let member = (FEDERATED, "member");
        assert_eq!(told(member, member, 1, SELECTOR), Severity::Info);
        assert_eq!(told(member, member, 0, SELECTOR), Severity::Warning, "nobody answers");
        assert_eq!(
            told(member, (EXPORTED, "true"), 1, SELECTOR),
            Severity::Warning,
            "the other is no member"
        );
        assert_eq!(
            told((EXPORTED, "true"), member, 1, SELECTOR),
            Severity::Warning,
            "its own mirrors have none"
        );
        assert_eq!(told(member, member, 1, "status"), Severity::Warning, "its pods fail");
    }
}
