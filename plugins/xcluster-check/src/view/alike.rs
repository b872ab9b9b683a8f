//! Findings that read alike, of many objects: told once, with the others by their names.

use super::{Led, NAMED};
use platform::verdict::{Finding, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// What stands for the name of an object in what is said of it.
const NAME: &str = "\0";

/// Findings that differ in their objects alone.
pub(crate) struct Group<'a> {
    /// The one that is told at length.
    pub(crate) first: &'a Finding,
    /// The others.
    pub(crate) others: Vec<&'a Finding>,
    /// What follows from them.
    pub(crate) effects: Vec<&'a Finding>,
}

/// The check, its weight and clusters, what is said and advised without the name of the object, and what follows.
type Reason<'a> = (&'a str, Severity, String, String, BTreeSet<(&'a str, Severity)>);

fn reason<'a>(finding: &'a Finding, effects: &'a [Finding]) -> Reason<'a> {
    let name = finding.object.as_ref().map(|object| object.name.as_str()).filter(|name| !name.is_empty());
    let without = |text: &str| name.map_or_else(|| text.to_owned(), |name| text.replace(name, NAME));
    let advised = finding.remedy.as_ref().map(|remedy| without(&remedy.action)).unwrap_or_default();
    let follows = effects.iter().map(|effect| (effect.check, effect.severity)).collect();
    let said = format!("{}: {}", finding.way(), without(&finding.summary));
    (finding.check, finding.severity, said, advised, follows)
}

/// Puts together what reads alike, where it is much, each where the first of it was.
pub(crate) fn alike(all: Led<'_>) -> Vec<Group<'_>> {
    let mut places = BTreeMap::<Reason<'_>, usize>::new();
    let mut groups: Vec<Led<'_>> = Vec::new();
    for led in all {
        let place = *places.entry(reason(led.0, led.1)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(led),
            None => groups.push(vec![led]),
        }
    }
    groups.into_iter().flat_map(told).collect()
}

/// A few are told one by one.
fn told(group: Led<'_>) -> Vec<Group<'_>> {
    if group.len() <= NAMED {
        let alone = group.into_iter();
        return alone
            .map(|(first, effects)| Group { first, others: Vec::new(), effects: effects.iter().collect() })
            .collect();
    }
    let effects = group.iter().flat_map(|(_, effects)| *effects).collect();
    let mut all = group.into_iter().map(|(finding, _)| finding);
    all.next().map(|first| Group { first, others: all.collect(), effects }).into_iter().collect()
}

impl Group<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// The others, as people read it on a line; none where there are none.
    pub(crate) fn more(&self) -> Option<String> {
        let named: Vec<String> = self.others.iter().take(NAMED).map(|finding| finding.place()).collect();
        let count = self.others.len();
        let rest = match count - named.len() {
            0 => String::new(),
            more => format!(" and {more} more: `-o wide` lists them"),
        };
        (count > 0).then(|| format!("and {count} more like it: {}{rest}", named.join(", ")))
    }
}

/// A line for each check that follows: how often, and of what.
pub(crate) fn followers<'a>(effects: impl IntoIterator<Item = &'a Finding>) -> Vec<String> {
    let mut by_check = BTreeMap::<&str, Vec<&Finding>>::new();
    for finding in effects {
        by_check.entry(finding.check).or_default().push(finding);
    }
    let line = |(check, found): (&str, Vec<&Finding>)| {
        let place = |finding: &&Finding| finding.object.as_ref().map(ToString::to_string);
        let places: Vec<String> = found.iter().filter_map(place).take(NAMED).collect();
        let more = found.len().saturating_sub(places.len());
        let more = if more > 0 && !places.is_empty() { format!(" and {more} more") } else { String::new() };
        format!("explains {} of {check}: {}{more}", found.len(), places.join(", "))
    };
    by_check.into_iter().map(line).map(|line| line.trim_end_matches([':', ' ']).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::terms::{ClusterName, Kind, ObjectRef};
    use platform::verdict::Remedy;

    fn dead(name: &str, why: &str) -> Finding {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let text = format!("the endpoints of {name} are not ready: {why}");
        let remedy =
            Remedy::run("look at the gateway; to see it, run", format!("kubectl get endpoints {name}"));
        let object = ObjectRef::namespaced(&apps, Kind::Service, "shop", name);
        Finding::error("mirror-endpoints", &[&infra, &apps], text, remedy).about(object)
    }

    /// The first of each group, how many it has, and what is said of the others.
    fn grouped(all: &[(Finding, Vec<Finding>)]) -> Vec<(String, usize, Option<String>)> {
        let led = all.iter().map(|(finding, effects)| (finding, effects.as_slice())).collect();
        let shown = |group: Group<'_>| (group.first.place(), group.count(), group.more());
        alike(led).into_iter().map(shown).collect()
    }

    #[test]
    fn many_that_differ_in_their_names_alone_are_told_once_and_the_others_named() {
        let all: Vec<_> = (1..=6).map(|at| (dead(&format!("web-{at}"), "no answer"), Vec::new())).collect();
        let [(first, count, Some(more))] = &grouped(&all)[..] else { panic!("{:?}", grouped(&all)) };
        assert_eq!((first.as_str(), *count), ("apps: svc/shop/web-1", 6));
        assert_eq!(
            more,
            "and 5 more like it: apps: svc/shop/web-2, apps: svc/shop/web-3, apps: svc/shop/web-4 and 2 more: `-o wide` lists them"
        );
        assert_eq!(grouped(&all[..3]).len(), 3, "a few are told one by one");
    }

    #[test]
    fn what_has_another_reason_or_explains_something_else_is_told_by_itself() {
        let mut all: Vec<_> =
            (1..=5).map(|at| (dead(&format!("web-{at}"), "no answer"), Vec::new())).collect();
        all.insert(2, (dead("web-7", "no backends"), Vec::new()));
        all.push((dead("web-8", "no answer"), vec![dead("web-9", "no answer")]));
        let counts: Vec<_> = grouped(&all).into_iter().map(|(first, count, _)| (first, count)).collect();
        let of = |name: &str, count| (format!("apps: svc/shop/{name}"), count);
        assert_eq!(counts, [of("web-1", 5), of("web-7", 1), of("web-8", 1)]);
    }
}
