//! Where a Service is to be, or is: each cluster that is concerned, by which Link, and under which name.

use super::super::export::target::{of_link, way_of_mirror};
use super::super::export::{Chosen, Target, chosen, targets};
use super::super::link::{Link, Way};
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use super::super::undo::{Orphan, orphans};
use super::Asked;
use crate::terms::{ClusterName, Observed};
use crate::verdict::Finding;

/// One place for a mirror.
pub(super) struct Place<'a> {
    /// The cluster; `None` where there is no other.
    pub(super) consumer: Option<ClusterName>,
    /// The Link with the mirror that it makes, or would make; `None` without a Link.
    pub(super) made: Option<(&'a Link, Target)>,
    /// Why there is no Link, or none that can be told.
    pub(super) findings: Vec<Finding>,
    /// The mirror that a deleted Link left there.
    pub(super) orphan: Option<Orphan>,
}

/// What a cluster says when it is asked for a Link.
struct Party<'a> {
    name: ClusterName,
    links: Vec<&'a Link>,
    findings: Vec<Finding>,
    orphan: Option<Orphan>,
}

impl<'a> Party<'a> {
    fn of(seen: &'a MeshSeen, name: &ClusterName, (key, asked): (&Key, &Asked)) -> Self {
        let named = std::slice::from_ref(name);
        let Chosen { consumers, findings, .. } = chosen(seen, named);
        let links: Vec<&Link> = consumers.into_iter().map(|(_, link)| link).collect();
        let orphans = orphans(seen, (named, &asked.ways)).into_iter();
        let orphan = orphans.filter(|orphan| orphan.exported == *key).find(|_| links.is_empty());
        Self { name: name.clone(), links, findings, orphan }
    }

    /// Whether it has to do with the exporter, or may have.
    fn is_concerned(&self) -> bool {
        let may_have_one = self.findings.iter().any(|finding| finding.check != "no-link");
        !self.links.is_empty() || may_have_one || self.orphan.is_some()
    }

    fn places(self, seen: &'a MeshSeen, (key, asked): (&Key, &Asked)) -> Vec<Place<'a>> {
        let Self { name, links, findings, orphan } = self;
        if links.is_empty() {
            return vec![Place { consumer: Some(name), made: None, findings, orphan }];
        }
        let made = links.into_iter().flat_map(|link| {
            mirrors(seen, (&name, link), (key, asked)).into_iter().map(move |target| (link, target))
        });
        let place = |made| Place {
            consumer: Some(name.clone()),
            made: Some(made),
            findings: Vec::new(),
            orphan: None,
        };
        made.map(place).collect()
    }
}

/// The mirrors by one Link; of a Service that is not there, the one that it had or would have.
fn mirrors(
    seen: &MeshSeen,
    (name, link): (&ClusterName, &Link),
    (key, asked): (&Key, &Asked),
) -> Vec<Target> {
    let all = targets(seen, &[(name.clone(), link)], &asked.ways).into_iter();
    let own: Vec<Target> = all.filter(|target| target.exported == *key).collect();
    if !own.is_empty() {
        return own;
    }
    let usual = || vec![way_of_mirror(seen, name, link, key).unwrap_or(Way::Gateway)];
    let ways = if asked.ways.is_empty() { usual() } else { asked.ways.clone() };
    let gone = ServiceSeen::default();
    ways.into_iter().map(|way| of_link(seen, (name, link, way), key, &gone)).collect()
}

/// The places of one Service in fleet order: where it was asked for, else where a Link or what one left concerns it, else
/// everywhere.
pub(super) fn places<'a>(seen: &'a MeshSeen, key: &Key, asked: &Asked) -> Vec<Place<'a>> {
    let is_asked = |name: &ClusterName| asked.consumers.is_empty() || asked.consumers.contains(name);
    let names = seen.others().map(|(name, _)| name).filter(|name| is_asked(name));
    let mut parties: Vec<Party<'_>> = names.map(|name| Party::of(seen, name, (key, asked))).collect();
    if parties.is_empty() {
        let findings = chosen(seen, &asked.consumers).findings;
        return vec![Place { consumer: None, made: None, findings, orphan: None }];
    }
    if asked.consumers.is_empty() && parties.iter().any(Party::is_concerned) {
        parties.retain(Party::is_concerned);
    }
    parties.into_iter().flat_map(|party| party.places(seen, (key, asked))).collect()
}

/// The exported Service, if it was seen.
pub(super) fn service<'a>(seen: &'a MeshSeen, key: &Key) -> Option<&'a ServiceSeen> {
    let Observed::Present(services) = &seen.services else { return None };
    services.by_key.get(key)
}
