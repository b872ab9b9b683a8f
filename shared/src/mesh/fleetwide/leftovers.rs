//! Mirrors that are still there, and whose Service is not exported any more: of a Link that would take them away, and of none.

mod parted;

use super::direction::Direction;
use super::grace;
use super::told::Told;
use crate::mesh::checks::restart;
use crate::mesh::link::Way;
use crate::mesh::names;
use crate::mesh::snapshot::{Belonging, ConsumerSeen, Key, Led, LinkSeen, MeshSeen};
use crate::mesh::undo::{names_of_exporter, removal};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, kubectl};

pub(super) const CHECK: &str = "mirror-orphaned";

/// A cluster whose mirrors are looked at, with what is known of who keeps them.
struct Place<'a> {
    sides: &'a [MeshSeen],
    seen: &'a MeshSeen,
    cluster: &'a ClusterName,
    seen_here: &'a ConsumerSeen,
    links: &'a [LinkSeen],
}

/// Everything that is left over in the other clusters, as this exporter sees it.
pub(super) fn tell(sides: &[MeshSeen], seen: &MeshSeen, told: &mut Told<'_>) {
    for place in places(sides, seen) {
        place.tell(told);
    }
}

/// The other clusters, as far as they could be looked at.
fn places<'a>(sides: &'a [MeshSeen], seen: &'a MeshSeen) -> Vec<Place<'a>> {
    let place = |(cluster, consumer): (&'a ClusterName, &'a Observed<ConsumerSeen>)| {
        let Observed::Present(seen_here) = consumer else { return None };
        let links: &[LinkSeen] = match &seen_here.links {
            Observed::Present(links) => links,
            // Whoever takes the extension away leaves its mirrors.
            Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => &[],
            Observed::Unknown(_) => return None,
        };
        // Manifests have no mirrors, and may lack what is made elsewhere.
        let is_written = seen.written.contains(&seen.exporter) || seen.written.contains(cluster);
        (!is_written).then_some(Place { sides, seen, cluster, seen_here, links })
    };
    seen.others().filter_map(place).collect()
}

impl Place<'_> {
    fn tell(&self, told: &mut Told<'_>) {
        told.of_everybody(self.parted());
        told.of_everybody(self.unfounded());
        for led in self.seen_here.led() {
            if self.keepers(&led).next().is_none() {
                told.of_everybody(self.unkept(&led));
            }
            for direction in self.past(&led) {
                let found = vec![self.not_removed(&led, &direction)];
                told.spare(&found, |_| grace::of_orphan(&direction, &led.exported, led.key));
                told.of_mirror(&direction.place(), led.key, found);
            }
        }
    }

    /// The Links to what it leads to, by its name.
    fn keepers(&self, led: &Led<'_>) -> impl Iterator<Item = &LinkSeen> {
        self.links.iter().filter(move |seen| seen.link.target_cluster_name == led.target)
    }

    /// The Links to the exporter that keep it, and should not any more.
    fn past(&self, led: &Led<'_>) -> Vec<Direction<'_>> {
        let ours = self.keepers(led).filter(|seen| matches!(seen.belonging, Belonging::Exporter(_)));
        ours.map(|keeper| Direction { seen: self.seen, consumer: self.cluster, link: &keeper.link })
            .filter(|direction| self.seen.has_lapsed(led, direction.link))
            .collect()
    }

    fn object(&self, led: &Led<'_>) -> ObjectRef {
        ObjectRef::namespaced(self.cluster, Kind::Service, &led.key.namespace, &led.key.name)
    }

    /// The service mirror takes away what is not exported any more, unless it stands still, or missed that.
    fn not_removed(&self, led: &Led<'_>, direction: &Direction<'_>) -> Finding {
        let exporter = &self.seen.exporter;
        let (Key { namespace, name }, link) = (&led.exported, &direction.link.name);
        let what = if led.way == Way::Federated { "lists a member of" } else { "is still there for" };
        let text = format!(
            "{} {what} svc/{namespace}/{name} of {exporter}, which is gone or no longer selected by the Link {link}: clients \
             are still sent to its old address",
            led.key.name
        );
        // No event tells a service mirror of what has gone while it was away, and of members it takes stock of none.
        let is_gone =
            matches!(&self.seen.services, Observed::Present(all) if !all.by_key.contains_key(&led.exported));
        let remedy = self.left_behind(led).filter(|_| is_gone);
        let remedy = remedy.unwrap_or_else(|| restart(&direction.pair(Way::Gateway, self.seen_here)));
        let finding = Finding::warning(CHECK, &[exporter, self.cluster], text, remedy);
        let field = match led.way {
            Way::Gateway => "spec.selector",
            Way::Flat => "spec.remoteDiscoverySelector",
            Way::Federated => "spec.federatedServiceSelector",
        };
        let selector = direction.link.selector_of(led.way).query();
        self.proved(finding, led).seen(format!("{field} of link/{link}"), selector)
    }

    /// Nobody takes away what a deleted Link has made. The side that knows whom it led to says so, or all.
    fn unkept(&self, led: &Led<'_>) -> Option<Finding> {
        let is_ours = |seen: &MeshSeen| names_of_exporter(seen).contains(led.target);
        let object = self.object(led);
        if !is_ours(self.seen) && self.sides.iter().any(is_ours) {
            return None;
        }
        let remedy = self.taken_off(led).unwrap_or_else(|| {
            // It would take the export away from clusters whose Links still lead to it, too.
            let is_sole = self.seen.others().all(|(name, _)| self.seen.links_of(name).is_empty());
            let is_wanted = self.seen.marks.iter().any(|mark| mark.is_label && mark.service == led.exported);
            if is_ours(self.seen) && is_sole && !is_wanted {
                return removal(self.seen, &led.exported);
            }
            let typed = |words: &[&str]| kubectl(&self.seen.fleet, self.cluster, words);
            if is_wanted {
                let of_target = format!("{}={}", names::CLUSTER_NAME, led.target);
                return Remedy::run(
                    "reapply the Link, unless it was removed on purpose: clients may still use its mirrors, so delete them \
                     once nobody does; to see them all, run",
                    typed(&["get", "services", "--all-namespaces", "--selector", &of_target]),
                );
            }
            let words = ["--namespace", &led.key.namespace, "delete", &format!("svc/{}", led.key.name)];
            Remedy::run("remove it, unless its target comes back; run", typed(&words))
        });
        let what = if led.way == Way::Federated { "lists a member of" } else { "is a mirror of" };
        let text = format!(
            "{} {what} a Service in {}, to which no Link of {} points any more: its addresses may be stale, and nothing \
             removes it",
            led.key.name, led.target, self.cluster
        );
        let finding = Finding::warning(CHECK, &[self.cluster], text, remedy).about(object);
        Some(self.proved(finding, led))
    }

    /// How a member is taken off whose Link is gone, with all others of such Links.
    fn taken_off(&self, led: &Led<'_>) -> Option<Remedy> {
        let is_kept = |member: &str| {
            let target = member.split_once('@').map(|(_, target)| target);
            self.links.iter().any(|seen| target == Some(seen.link.target_cluster_name.as_str()))
        };
        self.listing(led, &is_kept, "remove the member from its list, unless its target comes back; run")
    }

    /// How a member is taken off whose Service is gone.
    fn left_behind(&self, led: &Led<'_>) -> Option<Remedy> {
        let member = format!("{}@{}", led.exported.name, led.target);
        let action = "remove the member from its list, which its service mirror does not clean up; run";
        self.listing(led, &|one: &str| one != member, action)
    }

    /// Who deletes a federated Service takes its good members with it. `None` where it has none, or is another mirror.
    fn listing(&self, led: &Led<'_>, is_kept: &dyn Fn(&str) -> bool, action: &str) -> Option<Remedy> {
        let Observed::Present(services) = &self.seen_here.services else { return None };
        let federated = services.by_key.get(led.key).filter(|_| led.way == Way::Federated)?;
        let kept: Vec<&str> = federated.remote_members().filter(|member| is_kept(member)).collect();
        if kept.is_empty() && federated.local_member().is_none() {
            return None;
        }
        let list = format!("{}={}", names::REMOTE_DISCOVERY, kept.join(","));
        let service = format!("svc/{}", led.key.name);
        let words = ["--namespace", &led.key.namespace, "annotate", "--overwrite", &service, &list];
        let command = kubectl(&self.seen.fleet, self.cluster, &words);
        Some(Remedy::run(action, command))
    }

    fn proved(&self, finding: Finding, led: &Led<'_>) -> Finding {
        let finding = finding.about(self.object(led));
        if led.way == Way::Federated {
            let member = format!("{}@{}", led.exported.name, led.target);
            return finding.seen(format!("metadata.annotations[{}]", names::REMOTE_DISCOVERY), member);
        }
        finding.seen(format!("metadata.labels[{}]", names::CLUSTER_NAME), led.target)
    }
}
