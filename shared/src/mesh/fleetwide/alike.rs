//! One object that two Links, or the two sides of one, find broken, each in its own words.

use super::Judged;
use crate::mesh::causes::position;
use crate::terms::ObjectRef;
use crate::verdict::{Cause, Severity};
use std::cmp::Reverse;

/// What is told first of an object, and what is the same break of it as another side finds it: a foreign Service in the place of a
/// federated one is none for the members at its home either, and a list of members that somebody has changed lacks one and has
/// another.
const SAME: [(&str, &str); 2] =
    [("mirror-name-clash", "federated-local"), ("mirror-missing", "mirror-orphaned")];

impl Judged {
    /// Puts what is the same break of an object under what is told first of it.
    pub(super) fn fold_alike(&mut self) {
        let first = |cause: &Cause| {
            let finding = &cause.finding;
            let weighs =
                finding.severity > Severity::Info && SAME.iter().any(|(first, _)| *first == finding.check);
            finding.object.clone().filter(|_| weighs).map(|object| (finding.check, object))
        };
        let firsts: Vec<(&'static str, ObjectRef)> = self.causes.iter().filter_map(first).collect();
        let (mut leads, mut others) = (Vec::new(), Vec::new());
        for cause in std::mem::take(&mut self.causes) {
            match of(&cause, &firsts) {
                Some(at) => others.push((at, cause)),
                None => leads.push(cause),
            }
        }
        for (at, Cause { mut finding, effects }) in others {
            let Some((check, object)) = firsts.get(at) else { continue };
            let is_first =
                |one: &&mut Cause| one.finding.check == *check && one.finding.object.as_ref() == Some(object);
            let Some(lead) = leads.iter_mut().find(is_first) else { continue };
            finding.because = Some(check);
            lead.effects.extend([finding].into_iter().chain(effects));
            lead.effects.sort_by_key(|one| (Reverse(one.severity), position(one.check)));
        }
        self.causes = leads;
    }
}

/// Which of these tells the same break.
fn of(cause: &Cause, firsts: &[(&'static str, ObjectRef)]) -> Option<usize> {
    let finding = &cause.finding;
    let is_same = |(first, object): &(&'static str, ObjectRef)| {
        SAME.contains(&(*first, finding.check)) && finding.object.as_ref() == Some(object)
    };
    firsts.iter().position(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ClusterName, Kind};
    use crate::verdict::{Finding, Remedy};

    fn told(all: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<&'static str>)> {
        let apps = ClusterName::new("apps");
        let finding = |(check, name): (&'static str, &str)| {
            let object = ObjectRef::namespaced(&apps, Kind::Service, "shop", name);
            Finding::error(check, &[&apps], "x", Remedy::new("y")).about(object)
        };
        let mut judged = Judged::default();
        judged.add(all.iter().copied().map(finding));
        judged.fold_alike();
        let effects = |cause: &Cause| cause.effects.iter().map(|one| one.check).collect::<Vec<_>>();
        judged.causes.iter().map(|cause| (cause.finding.check, effects(cause))).collect()
    }

    #[test]
    fn one_break_of_an_object_is_told_once_and_those_of_two_are_told_twice() {
        let (clash, local) = ("mirror-name-clash", "federated-local");
        assert_eq!(told(&[(local, "web-federated"), (clash, "web-federated")]), [(clash, vec![local])]);
        assert_eq!(told(&[(local, "web-federated"), (clash, "db-federated")]).len(), 2);
        assert_eq!(told(&[(local, "web-federated")]), [(local, vec![])]);
        let (missing, orphan) = ("mirror-missing", "mirror-orphaned");
        assert_eq!(told(&[(orphan, "web-federated"), (missing, "web-federated")]), [(missing, vec![orphan])]);
        assert_eq!(told(&[(orphan, "web-federated"), (clash, "web-federated")]).len(), 2);
    }
}
