//! Which watches tell when what was read has grown old.

use super::interest::Interest;
use crate::cluster::call::{Ask, Call, Resource, Shape};
use crate::cluster::memory::Told;
use crate::terms::{Obstacle, Scope};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many objects of a kind are watched each by its name; more of them by their namespace.
const FEW: usize = 8;
/// How many watches a cluster is asked for, at the most. What is left over is asked for again with each look.
const MOST: usize = 60;
/// What some write again and again to say that they are there. Of these, whole objects are watched, to tell the difference.
const SIFTED: [Resource; 2] = [Resource::NODES, Resource::ENDPOINTS];
/// The server closes a watch after this long; a new one goes on where it ended.
pub(super) const SECONDS: u64 = 240;

/// The watches that are wanted, by their keys.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) wanted: BTreeMap<String, Wanted>,
    /// Which of them tells of which answer.
    pub(super) covered: BTreeMap<String, String>,
}

/// A watch that is wanted, and the answers that it begins with.
pub(super) struct Wanted {
    resource: Resource,
    scope: Scope,
    /// The names that matter, where not everything does.
    names: Option<BTreeSet<String>>,
    answers: Vec<Told>,
}

/// Where a watch begins.
pub(super) struct Start {
    pub(super) resource: Resource,
    pub(super) scope: Scope,
    pub(super) shape: Shape,
    /// `None` for what is there at the moment.
    pub(super) version: Option<String>,
    pub(super) interest: Interest,
}

/// A kind and a namespace, and in it what was asked by name.
type Named = BTreeMap<(Resource, Option<String>), BTreeMap<String, Vec<Told>>>;

impl Plan {
    /// The watches for these answers. Leases are not watched: they are renewed every few seconds, which says nothing; nor
    /// is what could not be read.
    pub(super) fn of(told: Vec<Told>) -> Self {
        let (mut plan, mut named) = (Self::default(), Named::new());
        for told in told.into_iter().filter(can_be_told_of) {
            match told.call.ask.clone() {
                Ask::Many(scope, _) => {
                    plan.want(Wanted::new((told.call.resource, scope), None, vec![told]));
                }
                Ask::One(name) => {
                    let place = named.entry((told.call.resource, told.call.namespace.clone())).or_default();
                    place.entry(name).or_default().push(told);
                }
                Ask::Served | Ask::Version | Ask::Other => {}
            }
        }
        plan.want_named(named);
        plan
    }

    fn want_named(&mut self, named: Named) {
        for ((resource, namespace), names) in named {
            let place = Scope::namespace(namespace.as_deref());
            if names.len() > FEW {
                let all = names.keys().cloned().collect();
                let answers = names.into_values().flatten().collect();
                self.want(Wanted::new((resource, place), Some(all), answers));
                continue;
            }
            for (name, answers) in names {
                let scope = Scope { name: Some(name.clone()), ..place.clone() };
                self.want(Wanted::new((resource, scope), Some(BTreeSet::from([name])), answers));
            }
        }
    }

    fn want(&mut self, wanted: Wanted) {
        let key = wanted.key();
        if self.wanted.len() >= MOST && !self.wanted.contains_key(&key) {
            return;
        }
        for told in &wanted.answers {
            self.covered.insert(told.call.key(), key.clone());
        }
        match self.wanted.get_mut(&key) {
            Some(known) => known.answers.extend(wanted.answers),
            None => drop(self.wanted.insert(key, wanted)),
        }
    }
}

/// Whether a watch can tell when this answer has grown old.
fn can_be_told_of(told: &Told) -> bool {
    let is_known = match told.obstacle() {
        None => true,
        Some(Obstacle::Refused { code: 404, .. }) => matches!(told.call.ask, Ask::One(_)),
        Some(_) => false,
    };
    is_known && told.call.resource != Resource::LEASES
}

impl Wanted {
    fn new(
        (resource, scope): (Resource, Scope),
        names: Option<BTreeSet<String>>,
        answers: Vec<Told>,
    ) -> Self {
        Self { resource, scope, names, answers }
    }

    fn key(&self) -> String {
        let line = Call::hear(self.resource, (&self.scope, Shape::Metadata), None, SECONDS).line();
        let names = self.names.iter().flatten().map(String::as_str);
        [line.as_str()].into_iter().chain(names).collect::<Vec<_>>().join(" ")
    }

    /// Where it begins: a list says from which version nothing is missed; a single object is compared with what is told of it
    /// first. Where lists of several moments are meant, the first one counts.
    pub(super) fn start(self) -> Start {
        let Self { resource, scope, names, answers } = self;
        if let Some(names) = names {
            let interest = Interest::Named(versions(names, &answers));
            return Start { resource, scope, shape: Shape::Metadata, version: None, interest };
        }
        let bodies = || answers.iter().filter_map(Told::body);
        let first = bodies().map(|body| version(&body)).reduce(earlier);
        let version = first.filter(|version| !version.is_empty());
        let (shape, interest) = if SIFTED.contains(&resource) {
            (Shape::Full, Interest::sifting(bodies()))
        } else {
            (Shape::Metadata, Interest::Everything)
        };
        Start { resource, scope, shape, version, interest }
    }
}

/// The version that was read of each name; empty where it was not there.
fn versions(names: BTreeSet<String>, answers: &[Told]) -> BTreeMap<String, String> {
    let mut versions: BTreeMap<String, String> =
        names.into_iter().map(|name| (name, String::new())).collect();
    versions.extend(answers.iter().filter_map(|told| match &told.call.ask {
        Ask::One(name) => Some((name.clone(), version(&told.body()?))),
        Ask::Many(..) | Ask::Served | Ask::Version | Ask::Other => None,
    }));
    versions
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Versioned {
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    resource_version: Value,
}

/// The version of an object or of a list; empty when it has none.
fn version(body: &[u8]) -> String {
    let read = serde_json::from_slice::<Versioned>(body).unwrap_or_default();
    read.metadata.resource_version.as_str().unwrap_or_default().to_owned()
}

/// The earlier of two versions of one kind, which are in order where they are numbers.
fn earlier(one: String, other: String) -> String {
    match (one.parse::<u64>(), other.parse::<u64>()) {
        (Ok(first), Ok(second)) if second < first => other,
        (Ok(_) | Err(_), _) => one,
    }
}

#[cfg(test)]
mod tests;
