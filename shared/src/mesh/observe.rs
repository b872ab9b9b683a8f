//! Looks at the mesh and fills the snapshot: all clusters at once, few requests, none of which grows with the number
//! of Services that nobody asked about.

mod after;
mod agents;
mod alike;
mod announced;
mod bounded;
mod called;
mod cilium;
mod clients;
mod clocks;
mod consumers;
mod discovery;
mod exported;
mod fences;
mod going;
mod injected;
mod issuer;
mod joined;
mod lapsed;
mod later;
mod leftovers;
mod links;
mod lost;
mod machinery;
mod marks;
mod meant;
mod mentioned;
mod nearby;
mod networks;
mod objects;
mod outward;
mod peers;
mod policies;
mod refused;
mod renewal;
mod reread;
mod rights;
mod routes;
mod slices;
mod status;
mod tokens;
mod trusting;
mod unread;
mod whose;
mod young;

use super::link::{Link, Way};
use super::snapshot::{Key, MeshSeen};
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, Observed, Scope};
use std::collections::{BTreeMap, BTreeSet};

pub use consumers::homes;
pub use mentioned::mirrors;
pub use networks::networks;
pub use objects::{endpoints_in, services_in};
pub use peers::{missing_at_home, peers};
pub use status::mirroring_statuses;

/// Which exported Services a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Their namespace; `None` for all.
    pub namespace: Option<String>,
    /// Which of them.
    pub which: Which,
}

/// Names, labels or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These names.
    Names(BTreeSet<String>),
    /// `-l`
    Labelled(String),
    /// `--all`
    All,
    /// Those that a Link mirrors: what `list` shows.
    Exported,
    /// Those of a list, and what is exported besides.
    Listed(Listed),
}

/// A list of Services, and where others count as surplus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The Services.
    pub keys: BTreeSet<Key>,
    /// In all namespaces, and not only in those of the list.
    pub is_everywhere: bool,
}

impl Listed {
    /// The namespaces that are looked at; `None` for all.
    fn namespaces(&self) -> Vec<Option<&str>> {
        if self.is_everywhere {
            return vec![None];
        }
        let names: BTreeSet<&str> = self.keys.iter().map(|key| key.namespace.as_str()).collect();
        names.into_iter().map(Some).collect()
    }
}

impl Selected {
    /// The namespaces that bear on its Services besides: that of the extension, and theirs; nothing for all.
    fn places(&self, extension: &str) -> Vec<Scope> {
        let mut names = vec![extension];
        let Some(namespace) = &self.namespace else { return vec![Scope::default()] };
        names.push(namespace);
        names.dedup();
        names.into_iter().map(|name| Scope::namespace(Some(name))).collect()
    }

    /// The namespaces that are looked at; `None` for all.
    fn namespaces(&self) -> Vec<Option<&str>> {
        match &self.which {
            Which::Listed(listed) => listed.namespaces(),
            Which::Names(_) | Which::Labelled(_) | Which::All | Which::Exported => {
                vec![self.namespace.as_deref()]
            }
        }
    }
}

/// Where mirrors are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// Under the names that the mirrors have or would get, so that foreign objects of these names are seen too.
    ByName,
    /// Everything in the namespace that the service mirror made, so that orphans are seen too.
    ByLabel,
    /// By name where a Link leads to the exporter; where none does, what one may have left.
    ForCauses,
}

/// Looks at everything that an export, a list or an undo is judged from. Federated Services are looked for by name where
/// these ways, or labels that are there, ask for them.
pub async fn mesh(set: &ClusterSet, selected: &Selected, how: (Looking, &[Way])) -> MeshSeen {
    look((set, set), selected, how).await
}

/// The same at less cost for API servers: all but the Services and their mirrors may be as old as what a server has at hand.
/// That all is well is as true as it was a moment ago; who finds something against an export looks with [`mesh`] before saying so.
pub async fn glance(set: &ClusterSet, selected: &Selected, how: (Looking, &[Way])) -> MeshSeen {
    look((set, &set.taking_any_version()), selected, how).await
}

async fn look(
    (set, carrying): (&ClusterSet, &ClusterSet),
    selected: &Selected,
    (looking, ways): (Looking, &[Way]),
) -> MeshSeen {
    // Who lists or undoes judges nobody.
    let judged = (looking != Looking::ByLabel).then_some(selected);
    let early = machinery::early(carrying, judged.is_some());
    let (links, early) = futures::join!(links::all(carrying), early);
    let exported = Box::pin(exported::look((set, carrying), (selected, judged), &links, (looking, ways)));
    let machinery = machinery::all(carrying, &links, &early, (judged, looking));
    let outward = outward::look(carrying, &links, judged.is_some());
    let (exported, machinery, outward) = futures::join!(exported, machinery, outward);
    let exported::Exported { asked, services, endpoints, looked, backends, discovery, nearby } = exported;
    let (consumers, machinery) = injected::spared(reread::put_together(
        joined::with_domains(set, looked, &early.settings),
        joined::with_backends(set, machinery, backends),
    ));
    MeshSeen {
        fleet: set.fleet.clone(),
        exporter: set.primary.clone(),
        asked,
        services,
        endpoints,
        consumers,
        machinery,
        discovery,
        networks: BTreeMap::new(),
        peers: BTreeMap::new(),
        homes: BTreeMap::new(),
        outward,
        nearby,
        written: marks::written(set),
        marks: Vec::new(),
        refused: BTreeMap::new(),
        young: None,
    }
}

/// The whole fleet from each side, or what is exported of one namespace: every cluster that can be reached is the exporter once. All sides are of one moment, and
/// what several of them need is asked once.
pub async fn sides(set: &ClusterSet, namespace: Option<&str>) -> Vec<MeshSeen> {
    let all = set.sides();
    let reached = all.iter().filter(|side| side.cluster(&side.primary).is_ok());
    futures::future::join_all(reached.map(|side| from_side(side, namespace))).await
}

async fn from_side(side: &ClusterSet, namespace: Option<&str>) -> MeshSeen {
    let selected = Selected { namespace: namespace.map(str::to_owned), which: Which::Exported };
    let seen = mesh(side, &selected, (Looking::ForCauses, &[])).await;
    let seen = leftovers::look(side, &selected, seen).await;
    let mut seen = meant::look(side, seen).await;
    seen.marks = marks::look(side, &selected, &seen).await;
    let seen = renewal::look(side, seen).await;
    let mut seen = refused::look(side, &selected, seen).await;
    let (lapsed, slices) = futures::join!(lapsed::look(side, &seen), slices::look(side, &selected, &seen));
    for (name, slices) in slices {
        if let Some(Observed::Present(consumer)) = seen.consumers.get_mut(&name) {
            consumer.slices = slices;
        }
    }
    seen.young = Some(young::look(side, &seen, &lapsed));
    // Only what goes past a gateway depends on the networks.
    let direct = direct(&seen);
    if !direct.is_empty() {
        seen.networks = networks(side, &direct).await;
    }
    seen
}

/// The exporter and the clusters that reach its pods themselves; nothing when none does.
fn direct(seen: &MeshSeen) -> Vec<ClusterName> {
    let services: Vec<_> = match &seen.services {
        Observed::Present(services) => services.by_key.values().collect(),
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    };
    let is_direct = |link: &&Link| {
        let ways = services.iter().flat_map(|service| link.ways(&service.labels));
        link.gateway_address.is_empty() || ways.into_iter().any(Way::is_direct)
    };
    let others = seen.others().map(|(name, _)| name);
    let mut found: Vec<ClusterName> =
        others.filter(|name| seen.links_of(name).iter().any(is_direct)).cloned().collect();
    if !found.is_empty() {
        found.push(seen.exporter.clone());
    }
    found
}

/// The places where the selected Services are listed: one object when one is named, else the namespace.
fn places(selected: &Selected) -> Vec<Scope> {
    let namespace = selected.namespace.as_deref();
    match (&selected.which, namespace) {
        (Which::Names(names), Some(namespace)) if names.len() == 1 => {
            names.iter().map(|name| Scope::object(namespace, name)).collect()
        }
        (Which::Labelled(selector), _) => vec![Scope::namespace(namespace).labelled(selector.clone())],
        (Which::Listed(listed), _) => listed.namespaces().into_iter().map(Scope::namespace).collect(),
        (Which::Names(_) | Which::All | Which::Exported, _) => vec![Scope::namespace(namespace)],
    }
}
