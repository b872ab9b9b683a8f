//! Consumers that do not answer, while others do: the others are exported to, and these are named with the command
//! that goes on once they answer.

use super::super::snapshot::MeshSeen;
use super::consumers::UNSEEN;
use super::{Again, Chosen, Wanted};
use crate::terms::{ClusterName, Obstacle};
use crate::verdict::{Finding, Remedy, kubectl};

/// Takes the consumers that do not answer out of what forbids an export. Where none answers, there is nothing to
/// export to; and what another try does not help against is no matter of waiting.
pub(super) fn set_aside(seen: &MeshSeen, wanted: &Wanted, chosen: &mut Chosen<'_>) -> Vec<Finding> {
    if chosen.consumers.is_empty() {
        return Vec::new();
    }
    let unanswered = std::mem::take(&mut chosen.unanswered);
    let findings = unanswered.iter().map(|(name, obstacle)| unreached(seen, wanted, (name, obstacle)));
    let findings = findings.collect();
    chosen.findings.retain(|finding| !unanswered.iter().any(|(name, _)| is_about(finding, name)));
    findings
}

fn is_about(finding: &Finding, name: &ClusterName) -> bool {
    finding.check == UNSEEN && finding.clusters == [name.clone()]
}

fn unreached(seen: &MeshSeen, wanted: &Wanted, (name, obstacle): (&ClusterName, &Obstacle)) -> Finding {
    let text = format!("cannot see its Links, so it is unknown whether it gets mirrors: {obstacle}");
    let is_login = matches!(obstacle, Obstacle::Unauthorized | Obstacle::Plugin { .. });
    let look = if is_login { &["auth", "whoami"][..] } else { &["version"] };
    let look = kubectl(&seen.fleet, name, look);
    let action = format!("wait until {name} answers (`{look}` tells); to go on there, run");
    Finding::unknown(UNSEEN, &[name], text, Remedy::run(action, going_on(seen, &wanted.again, &[name])))
        .seen("obstacle", obstacle.to_string())
}

/// The command of this run once more, for these consumers alone.
pub fn going_on(seen: &MeshSeen, again: &Again, consumers: &[&ClusterName]) -> String {
    let to = consumers.iter().map(ToString::to_string).collect();
    Again { to, ..again.clone() }.whole(&seen.fleet, &seen.exporter)
}

#[cfg(test)]
mod tests {
    use super::super::tests::wanted;
    use super::super::{Effect, plan};
    use super::*;
    use crate::mesh::link::Way;
    use crate::mesh::names;
    use crate::mesh::samples::*;
    use crate::terms::Observed;
    use crate::verdict::Severity;

    /// `edge` hides behind this obstacle, and `apps` is there.
    fn seen(obstacle: &Obstacle, label: &[(&str, &str)]) -> MeshSeen {
        let service = labelled(label, "mesh-export", "Apply");
        let here = consumer(vec![default_link("infra")]);
        let mut seen = mesh(service, vec![("apps", here.clone()), ("edge", here)]);
        let hidden = |name: &ClusterName, there| match name.as_str() {
            "edge" => Observed::Unknown(obstacle.clone()),
            _ => there,
        };
        seen.consumers = seen.consumers.map(hidden);
        seen
    }

    fn dead() -> Obstacle {
        Obstacle::Unreachable { cause: "the connection was refused".into() }
    }

    #[test]
    fn the_others_are_exported_to_and_the_command_for_the_dead_one_is_named() {
        for asked in [wanted(&[]), wanted(&["apps", "edge"])] {
            let planned = plan(&seen(&dead(), &[]), &asked).unwrap();
            let consumers: Vec<_> = planned.targets.iter().map(|target| target.consumer.as_str()).collect();
            assert_eq!((consumers, planned.plan.steps().len()), (vec!["apps"], 1));
            assert_eq!(
                planned
                    .side_effects
                    .iter()
                    .map(|side| (side.cluster.as_str(), side.effect))
                    .collect::<Vec<_>>(),
                [("edge", Effect::Unseen)],
                "what becomes of it there is asked about"
            );
            let found: Vec<_> = planned.unreached.iter().map(|one| (one.check, one.severity)).collect();
            assert_eq!(found, [(UNSEEN, Severity::Unknown)]);
        }
        let again = Again {
            to: vec!["apps".into(), "edge".into()],
            selection: vec!["svc/postgres-rw".into(), "--namespace".into(), "databases".into()],
            ..Again::default()
        };
        let planned = plan(&seen(&dead(), &[]), &Wanted { again, ..wanted(&[]) }).unwrap();
        assert_eq!(
            planned.unreached[0].remedy.clone().unwrap().to_string(),
            "wait until edge answers (`kubectl --context edge-admin version` tells); to go on there, run: `kubectl \
             mesh-export svc/postgres-rw --namespace databases --context infra-admin --to edge`"
        );
    }

    #[test]
    fn a_service_that_is_exported_already_changes_nothing_there() {
        let planned = plan(&seen(&dead(), &[(names::EXPORTED, "true")]), &wanted(&[])).unwrap();
        assert!(planned.plan.is_empty() && planned.side_effects.is_empty());
        assert_eq!(planned.unreached.len(), 1);
    }

    #[test]
    fn where_none_answers_or_a_right_is_missing_nothing_is_done() {
        let alone = plan(&seen(&dead(), &[]), &wanted(&["edge"])).unwrap_err();
        assert_eq!(alone.iter().map(|one| one.check).collect::<Vec<_>>(), [UNSEEN]);
        let (verb, resource) = ("list".to_owned(), "links.multicluster.linkerd.io".to_owned());
        let forbidden = Obstacle::Forbidden { verb, resource, namespace: None, message: String::new() };
        let hidden = plan(&seen(&forbidden, &[]), &wanted(&[])).unwrap_err();
        assert_eq!(hidden.iter().map(|one| one.check).collect::<Vec<_>>(), [UNSEEN]);
    }

    #[test]
    fn what_forbids_the_export_elsewhere_is_said_beside_it() {
        let asked = Wanted { ways: vec![Way::Flat], ..wanted(&[]) };
        let mut seen = seen(&dead(), &[]);
        seen.networks.clear();
        if let Observed::Present(services) = &mut seen.services {
            services.by_key.values_mut().for_each(|service| service.ports.clear());
        }
        let found = plan(&seen, &asked).unwrap_err();
        assert_eq!(found.iter().map(|one| one.check).collect::<Vec<_>>(), [UNSEEN, "export-shape"]);
    }
}
