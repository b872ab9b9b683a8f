//! An exported Service whose mirror has come, broken in one way after another: exactly the cause leads.

pub(in crate::mesh) mod blind;
pub(in crate::mesh) mod order;
mod places;
mod shown;
pub(in crate::mesh) mod worlds;

use super::*;
use crate::mesh::names;
use crate::mesh::samples::bed::{Bed, in_list};
use crate::mesh::samples::{exported, federated_service, labels, mirror};
use crate::mesh::snapshot::{ConsumerSeen, EndpointsSeen, ServiceSeen};
use crate::terms::Observed;

type Change<T> = Box<dyn FnOnce(&mut T)>;

/// A healthy mesh with one exported Service, and what is to be broken of it.
pub(in crate::mesh) struct World {
    pub(in crate::mesh) bed: Bed,
    /// The mirror in the consumer.
    mirror: Option<ServiceSeen>,
    /// Its Endpoints.
    ends: Option<EndpointsSeen>,
    consumer: Vec<Change<ConsumerSeen>>,
    mesh: Vec<Change<MeshSeen>>,
    asked: Asked,
}

/// What a mirror for a flat network has besides.
const FLAT: [(&str, &str); 2] =
    [(names::REMOTE_DISCOVERY, "infra-east"), (names::REMOTE_SERVICE, "postgres-rw")];

impl World {
    /// Exported in this way.
    pub(in crate::mesh) fn healthy(way: Way) -> Self {
        let mut bed = Bed::healthy();
        bed.way = way;
        let label = match way {
            Way::Gateway => (names::EXPORTED, "true"),
            Way::Flat => (names::EXPORTED, "remote-discovery"),
            Way::Federated => (names::FEDERATED, "member"),
        };
        bed.service.labels.extend(labels(&[label]));
        // Its usual port is opaque by default.
        let mut made = mirror(&exported(), "infra-east", &bed.service.version);
        if way == Way::Flat {
            made.labels.extend(labels(&FLAT));
        }
        if way == Way::Federated {
            made = federated_service("postgres-rw@infra-east", None);
        }
        let made_for = labels(&[(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, "infra-east")]);
        let ends = EndpointsSeen { ready: 1, labels: made_for, ..EndpointsSeen::default() };
        let (consumer, mesh, asked) = (Vec::new(), Vec::new(), Asked::default());
        let ends = (way == Way::Gateway).then_some(ends);
        Self { bed, mirror: Some(made), ends, consumer, mesh, asked }
    }

    /// The mirror is one for a flat network.
    fn mirrored_flat(&mut self) {
        self.mirror.as_mut().unwrap().labels.extend(labels(&FLAT));
    }

    /// The mirror has never been made.
    pub(in crate::mesh) fn without_mirror(&mut self) {
        (self.mirror, self.ends) = (None, None);
    }

    /// The mirror's addresses have been taken for dead.
    fn not_ready(&mut self) {
        self.ends = self.ends.take().map(|ends| EndpointsSeen { ready: 0, not_ready: 1, ..ends });
    }

    pub(in crate::mesh) fn in_consumer(&mut self, change: impl FnOnce(&mut ConsumerSeen) + 'static) {
        self.consumer.push(Box::new(change));
    }

    pub(in crate::mesh) fn in_mesh(&mut self, change: impl FnOnce(&mut MeshSeen) + 'static) {
        self.mesh.push(Box::new(change));
    }

    fn key(&self) -> Key {
        let name = match self.bed.way {
            Way::Gateway | Way::Flat => names::mirror("postgres-rw", &self.bed.link.target_cluster_name),
            Way::Federated => names::federated("postgres-rw"),
        };
        Key::new("databases", name)
    }

    pub(in crate::mesh) fn seen(self) -> (MeshSeen, Asked) {
        let key = self.key();
        let Self { bed, mirror, ends, consumer, mesh, asked } = self;
        // The service mirror writes what its Link says.
        let said = || Some(bed.link.gateway.identity.clone());
        let ends = ends.map(|ends| EndpointsSeen { identity: ends.identity.clone().or_else(said), ..ends });
        let mut seen = bed.seen_with(|apps| {
            present(&mut apps.services).by_key.extend(mirror.map(|mirror| (key.clone(), mirror)));
            present(&mut apps.endpoints).by_key.extend(ends.map(|ends| (key, ends)));
            for change in consumer {
                change(apps);
            }
        });
        for change in mesh {
            change(&mut seen);
        }
        (seen, asked)
    }

    fn explained(self) -> Vec<Explained> {
        let (seen, asked) = self.seen();
        explain(&seen, &asked)
    }

    /// The only chain.
    fn chain(self) -> Chain {
        let mut all = self.explained();
        assert_eq!((all.len(), all[0].mirrors.len()), (1, 1), "{all:#?}");
        all.remove(0).mirrors.remove(0)
    }
}

pub(crate) fn present<T>(seen: &mut Observed<T>) -> &mut T {
    let Observed::Present(seen) = seen else { panic!("the healthy mesh is seen") };
    seen
}

/// A healthy world in gateway mode with this change.
pub(in crate::mesh) fn world(change: impl FnOnce(&mut World)) -> World {
    let mut world = World::healthy(Way::Gateway);
    change(&mut world);
    world
}

fn leading(chain: &Chain) -> Option<&'static str> {
    chain.cause.as_ref().map(|cause| cause.check)
}

/// The stages of a chain that stand like this.
fn standing(chain: &Chain, state: Standing) -> Vec<&'static str> {
    chain.chain.iter().filter(|step| step.state == state).map(|step| step.stage).collect()
}

#[test]
fn nothing_leads_where_the_mirror_has_come_in_whatever_way() {
    for way in Way::ALL {
        let chain = World::healthy(way).chain();
        assert_eq!((chain.outcome, leading(&chain)), (Outcome::Whole, None), "{way:?}: {chain:#?}");
        assert_eq!(standing(&chain, Standing::Holds).len(), chain.chain.len(), "{way:?}: {chain:#?}");
        assert_eq!(chain.state, Some(State::end_of(way)), "{way:?}");
        assert!(chain.headline.contains("no problem found"), "{}", chain.headline);
    }
}

#[test]
fn each_way_has_the_stages_that_it_needs() {
    let stages = |way| World::healthy(way).chain().chain.iter().map(|step| step.stage).collect::<Vec<_>>();
    for (way, lacks) in [
        (Way::Gateway, &["network"][..]),
        (Way::Flat, &["gateway", "address", "probe", "endpoints"][..]),
        (Way::Federated, &["gateway", "address", "probe", "endpoints"]),
    ] {
        let there = stages(way);
        let missing: Vec<_> = STAGES.iter().map(|stage| stage.id).filter(|id| !there.contains(id)).collect();
        assert_eq!(missing, lacks, "{way:?}");
    }
}

#[test]
fn what_follows_from_the_cause_is_folded_under_it() {
    let chain = world(|world| {
        in_list(&mut world.bed.here.deployments)[0].wanted = 0;
        in_list(&mut world.bed.here.deployments)[0].available = 0;
        in_list(&mut world.bed.here.leases)[0].age = Some(900);
        world.without_mirror();
    })
    .chain();
    assert_eq!(leading(&chain), Some("controller-running"));
    assert!(chain.headline.contains("is scaled to 0"), "{}", chain.headline);
    assert_eq!(standing(&chain, Standing::Broken), ["controller"]);
    assert_eq!(standing(&chain, Standing::Follows), ["leader", "mirror"]);
    assert_eq!(standing(&chain, Standing::NotReached), ["current", "endpoints"]);
    let followers = chain.chain.iter().filter(|step| step.state == Standing::Follows);
    for said in followers.map(|step| step.finding.as_ref().unwrap()) {
        assert_eq!(said.because, Some("controller-running"), "{said:?}");
    }
}

#[test]
fn a_second_cause_stands_beside_the_first_and_does_not_follow_from_it() {
    let chain = world(|world| {
        world.without_mirror();
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), Observed::Absent)));
        in_list(&mut world.bed.there.pods)[0].is_meshed = false;
    })
    .chain();
    assert_eq!(leading(&chain), Some("namespace-missing"));
    assert_eq!(standing(&chain, Standing::Broken), ["namespace", "gateway"]);
    assert_eq!(standing(&chain, Standing::Follows), ["mirror"]);
}

#[test]
fn a_warning_that_could_explain_it_does_not_lead_where_an_error_does() {
    let chain = world(|world| {
        world.without_mirror();
        world.bed.link.credentials = "mine".into();
        world.bed.here.rights = Observed::Absent;
        in_list(&mut world.bed.here.deployments).clear();
    })
    .chain();
    assert_eq!(leading(&chain), Some("controller-running"), "{chain:#?}");
    assert_eq!(standing(&chain, Standing::Warning), ["credentials"]);
    assert_eq!(chain.remarks.iter().map(|one| one.check).collect::<Vec<_>>(), ["credentials-name"]);
}

#[test]
fn hearsay_of_the_link_is_added_to_the_symptom_alone() {
    let mut chain = world(World::without_mirror).chain();
    assert!(chain.is_unexplained());
    chain.hear("Error: no");
    let has = |evidence: &[Evidence]| evidence.iter().any(|one| one.value == "Error: no");
    assert!(has(&chain.cause.as_ref().unwrap().evidence));
    let step = chain.chain.iter().find(|step| step.stage == "mirror").unwrap();
    assert!(has(&step.finding.as_ref().unwrap().evidence));
    let explained = world(|world| {
        world.without_mirror();
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), Observed::Absent)));
    });
    assert!(!explained.chain().is_unexplained());
}
