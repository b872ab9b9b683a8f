//! What may not be watched, as it is told: all of a cluster at once, since an account that may not watch one kind may watch none.

use crate::terms::{ClusterName, Fleet, Obstacle, first_of};
use crate::verdict::{Remedy, against, kubectl};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// After the first refusal so long is waited for others.
const TOGETHER: Duration = Duration::from_millis(500);
/// How many of several are named.
const NAMED: usize = 3;
/// What is done without watches.
const INSTEAD: &str = "read again with every look instead, at least once a minute";
/// What helps against all of them.
const ALLOW: &str = "allow `watch` wherever the account may `list`; to try it, run";

/// Refusals that nobody was told of yet.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    held: BTreeMap<ClusterName, Vec<Obstacle>>,
    due: Option<Instant>,
}

impl Refusals {
    /// These came at this moment.
    pub(super) fn add(&mut self, at: Instant, all: Vec<(ClusterName, Obstacle)>) {
        for (cluster, obstacle) in all {
            self.due.get_or_insert(at + TOGETHER);
            self.held.entry(cluster).or_default().push(obstacle);
        }
    }

    /// When they are to be told.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Warnings with what would help; they are told then.
    pub(super) fn take(&mut self, fleet: &Fleet) -> Vec<String> {
        self.due = None;
        let all = std::mem::take(&mut self.held).into_iter();
        all.flat_map(|(cluster, obstacles)| told(&cluster, &obstacles, fleet)).collect()
    }
}

fn told(cluster: &ClusterName, obstacles: &[Obstacle], fleet: &Fleet) -> Vec<String> {
    let (forbidden, others): (Vec<_>, Vec<_>) = obstacles.iter().partition(|one| resource(one).is_some());
    let alone = |obstacle: &Obstacle| {
        format!("{cluster}: {obstacle}; it is {INSTEAD}; {}", against(obstacle, cluster, fleet))
    };
    let forbidden = match forbidden.as_slice() {
        [] => None,
        [one] => Some(alone(one)),
        several => Some(together(cluster, several, fleet)),
    };
    forbidden.into_iter().chain(others.into_iter().map(alone)).collect()
}

fn together(cluster: &ClusterName, all: &[&Obstacle], fleet: &Fleet) -> String {
    let resources: BTreeSet<&str> = all.iter().filter_map(|one| resource(one)).collect();
    let resources: Vec<&str> = resources.into_iter().collect();
    let (named, first) = (first_of(&resources, NAMED), resources.first().copied().unwrap_or_default());
    let remedy = Remedy::run(ALLOW, kubectl(fleet, cluster, &["auth", "can-i", "watch", first]));
    format!("{cluster}: cannot watch {named}: forbidden; they are {INSTEAD}; {remedy}")
}

fn resource(obstacle: &Obstacle) -> Option<&str> {
    if let Obstacle::Forbidden { resource, .. } = obstacle { Some(resource) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ContextName, Member};

    fn fleet() -> Fleet {
        let (name, context) = (ClusterName::new("infra"), ContextName("infra-admin".into()));
        Fleet::new(vec![Member { name, context }]).unwrap()
    }

    fn forbidden(resource: &str) -> Obstacle {
        let (verb, resource) = ("watch".to_owned(), resource.to_owned());
        Obstacle::Forbidden { verb, resource, namespace: None, message: String::new() }
    }

    fn told(all: &[Obstacle]) -> Vec<String> {
        let (mut refusals, at) = (Refusals::default(), Instant::now());
        for one in all {
            refusals.add(at, vec![(ClusterName::new("infra"), one.clone())]);
        }
        assert_eq!(refusals.due(), (!all.is_empty()).then(|| at + TOGETHER));
        let told = refusals.take(&fleet());
        assert_eq!((refusals.due(), refusals.take(&fleet())), (None, Vec::new()), "told once");
        told
    }

    #[test]
    fn many_refusals_of_a_cluster_are_one_warning() {
        assert_eq!(told(&[]), Vec::<String>::new());
        let kinds = ["services", "nodes", "pods", "secrets", "nodes"].map(forbidden);
        let said = told(&kinds);
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn one_is_told_with_its_own_words_and_so_is_what_no_right_would_change() {
        let refused =
            Obstacle::Refused { code: 405, message: "the server does not allow this method".to_owned() };
        let said = told(&[forbidden("services"), refused]);
        insta::assert_snapshot!(said.join("\n"));
    }
}
