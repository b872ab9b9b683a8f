//! One object that two Links, or the two sides of one, find broken, each in its own words.

use super::Judged;
use crate::mesh::causes::position;
use crate::terms::ObjectRef;
use crate::verdict::{Cause, Severity};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What is told first of an object, and what is the same break of it as another side finds it: a foreign Service in the place of a
/// federated one is none for the members at its home either, and a list of members that somebody has changed lacks one and has
/// another.
const SAME: [(&str, &str); 3] = [
    ("mirror-name-clash", "federated-local"),
    ("mirror-missing", "federated-local"),
    ("mirror-missing", "mirror-orphaned"),
];

/// A check, and the object that it has found broken.
type Told = (&'static str, ObjectRef);

impl Judged {
    /// Puts what is the same break of an object under what is told first of it.
    pub(super) fn fold_alike(&mut self) {
        self.fold_sides();
        let firsts: BTreeSet<Told> = self.causes.iter().filter_map(first).collect();
        let (mut leads, mut under) = (Vec::new(), BTreeMap::<Told, Vec<Cause>>::new());
        for cause in std::mem::take(&mut self.causes) {
            let told = same(&cause).find(|told| firsts.contains(told));
            match told {
                Some(told) => under.entry(told).or_default().push(cause),
                None => leads.push(cause),
            }
        }
        for lead in &mut leads {
            if let Some(all) = first(lead).and_then(|told| under.remove(&told)) {
                put_under(lead, all);
            }
        }
        self.causes = leads;
    }

    /// Puts the one side of a difference under the other, which says the same the other way round. Which of them leads is told by
    /// what they say, and not by what clusters are called.
    fn fold_sides(&mut self) {
        let all: BTreeSet<Sides> = self.causes.iter().filter_map(Sides::of).collect();
        let (mut leads, mut seconds) = (Vec::new(), BTreeMap::<Sides, Vec<Cause>>::new());
        for cause in std::mem::take(&mut self.causes) {
            match Sides::of(&cause).filter(|sides| sides.own > sides.far).map(Sides::turned) {
                Some(first) if all.contains(&first) => seconds.entry(first).or_default().push(cause),
                Some(_) | None => leads.push(cause),
            }
        }
        for lead in &mut leads {
            if let Some(same) = Sides::of(lead).and_then(|sides| seconds.remove(&sides)) {
                put_under(lead, same);
            }
        }
        self.causes = leads;
    }
}

pub(super) fn put_under(lead: &mut Cause, all: impl IntoIterator<Item = Cause>) {
    for Cause { mut finding, effects } in all {
        finding.follow(Some(&lead.finding));
        lead.effects.extend([finding].into_iter().chain(effects));
    }
    lead.effects.sort_by_key(|one| (Reverse(one.severity), position(one.check)));
}

/// A federated Service in one cluster that is unlike its member in another, and what both have.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sides {
    namespace: Option<String>,
    name: String,
    own: String,
    far: String,
}

impl Sides {
    fn of(cause: &Cause) -> Option<Self> {
        let finding = &cause.finding;
        let object = finding.object.as_ref().filter(|_| finding.check == "mirror-edited")?;
        let [own, far, ..] = finding.evidence.as_slice() else { return None };
        let (own, far) = (own.value.clone(), far.value.clone());
        Some(Self { namespace: object.namespace.clone(), name: object.name.clone(), own, far })
    }

    /// As the other side says it.
    fn turned(self) -> Self {
        let Self { own, far, .. } = self;
        Self { own: far, far: own, ..self }
    }
}

/// What is told first, where it is.
fn first(cause: &Cause) -> Option<Told> {
    let finding = &cause.finding;
    let weighs = finding.severity > Severity::Info && SAME.iter().any(|(first, _)| *first == finding.check);
    Some((finding.check, finding.object.clone().filter(|_| weighs)?))
}

/// What would be told first of the same break.
fn same(cause: &Cause) -> impl Iterator<Item = Told> {
    let firsts = SAME.iter().filter(|(_, other)| *other == cause.finding.check);
    firsts.filter_map(|(first, _)| Some((*first, cause.finding.object.clone()?)))
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
    fn a_difference_of_two_sides_is_told_once() {
        let told = |all: &[(&str, &str, [&str; 2])]| {
            let finding = |(cluster, name, [own, far]): &(&str, &str, [&str; 2])| {
                let cluster = ClusterName::new(*cluster);
                let object = ObjectRef::namespaced(&cluster, Kind::Service, "shop", name);
                let finding = Finding::warning("mirror-edited", &[&cluster], "x", Remedy::new("y"));
                finding.about(object).seen("ports", *own).seen("the same of its member", *far)
            };
            let mut judged = Judged::default();
            judged.add(all.iter().map(finding));
            judged.fold_alike();
            let lead = |cause: &Cause| (cause.finding.evidence[0].value.clone(), cause.effects.len());
            judged.causes.iter().map(lead).collect::<Vec<_>>()
        };
        let [one, other] =
            [("infra", "web-federated", ["80", "8080"]), ("apps", "web-federated", ["8080", "80"])];
        for both in [[one, other], [other, one]] {
            assert_eq!(told(&both), [("80".to_owned(), 1)]);
        }
        assert_eq!(told(&[one, ("apps", "web-federated", ["9090", "80"])]).len(), 2, "another difference");
        assert_eq!(told(&[one, ("apps", "db-federated", ["8080", "80"])]).len(), 2, "another Service");
    }

    #[test]
    fn one_break_of_an_object_is_told_once_and_those_of_two_are_told_twice() {
        let (clash, local) = ("mirror-name-clash", "federated-local");
        assert_eq!(told(&[(local, "web-federated"), (clash, "web-federated")]), [(clash, vec![local])]);
        assert_eq!(told(&[(local, "web-federated"), (clash, "db-federated")]).len(), 2);
        assert_eq!(told(&[(local, "web-federated")]), [(local, vec![])]);
        let (missing, orphan) = ("mirror-missing", "mirror-orphaned");
        assert_eq!(told(&[(local, "web-federated"), (missing, "web-federated")]), [(missing, vec![local])]);
        assert_eq!(told(&[(orphan, "web-federated"), (missing, "web-federated")]), [(missing, vec![orphan])]);
        assert_eq!(told(&[(orphan, "web-federated"), (clash, "web-federated")]).len(), 2);
    }
}
