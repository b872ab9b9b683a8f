//! What is left over of more than one mirror: mirrors of single pods without that of their Service, and federated Services whose own
//! member is none any more, or that have no member at all.

use super::super::local::{local_mirror, selector};
use super::{CHECK, Place};
use crate::mesh::link::Way;
use crate::mesh::names::{self, LOCAL_DISCOVERY, OF_HEADLESS, REMOTE_DISCOVERY};
use crate::mesh::snapshot::{Key, Led, MeshSeen, ServiceSeen};
use crate::mesh::undo::names_of_exporter;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::BTreeMap;

/// How federated Services are called.
const FEDERATED: &str = "-federated";

impl Place<'_> {
    fn services(&self) -> impl Iterator<Item = (&Key, &ServiceSeen)> {
        let all =
            if let Observed::Present(all) = &self.seen_here.services { Some(&all.by_key) } else { None };
        all.into_iter().flatten()
    }

    fn about(&self, text: String, key: &Key, remedy: (&str, &[&str])) -> Finding {
        let (action, words) = remedy;
        let words = [&["--namespace", key.namespace.as_str()], words].concat();
        let remedy = Remedy::run(action, kubectl(&self.seen.fleet, self.cluster, &words));
        let object = ObjectRef::namespaced(self.cluster, Kind::Service, &key.namespace, &key.name);
        Finding::warning(CHECK, &[self.cluster], text, remedy).about(object)
    }

    /// Mirrors of single pods whose Service has no mirror, and is to have none.
    pub(super) fn parted(&self) -> Vec<Finding> {
        let mut all: BTreeMap<(Key, &str), Vec<&Key>> = BTreeMap::new();
        for (key, one) in self.services() {
            let [Some(parent), Some(target)] =
                [OF_HEADLESS, names::CLUSTER_NAME].map(|label| one.labels.get(label))
            else {
                continue;
            };
            all.entry((Key::new(&key.namespace, parent), target)).or_default().push(key);
        }
        let Observed::Present(services) = &self.seen_here.services else { return Vec::new() };
        let is_there = |key: &Key| services.by_key.contains_key(key);
        let parted = all.into_iter().filter(|((parent, _), _)| !is_there(parent));
        parted.filter_map(|((parent, target), pods)| self.of_pods(&parent, target, &pods)).collect()
    }

    /// What is to come back is told as missing. The side that knows whom they led to says so, or all.
    fn of_pods(&self, parent: &Key, target: &str, pods: &[&Key]) -> Option<Finding> {
        let is_ours = |seen: &MeshSeen| names_of_exporter(seen).contains(target);
        if !is_ours(self.seen) && self.sides.iter().any(is_ours) {
            return None;
        }
        let name = parent.name.strip_suffix(&format!("-{target}"))?;
        let led = Led { key: parent, exported: Key::new(&parent.namespace, name), target, way: Way::Gateway };
        if self.keepers(&led).any(|one| !self.seen.has_lapsed(&led, &one.link)) {
            return None;
        }
        let named: Vec<&str> = pods.iter().map(|key| key.name.as_str()).collect();
        let text = format!(
            "mirrors of single pods of {} are left behind, though it is gone: {}; nothing removes them",
            parent.name,
            named.join(", ")
        );
        let of = format!("{OF_HEADLESS}={}", parent.name);
        let words = ["delete", "services", "--selector", of.as_str()];
        let finding = self.about(text, pods.first()?, ("remove them; run", &words));
        Some(finding.seen(format!("metadata.labels[{OF_HEADLESS}]"), &parent.name))
    }

    /// Federated Services that lead to no member, or to one of their own cluster that is none.
    pub(super) fn unfounded(&self) -> Vec<Finding> {
        let federated =
            self.services().filter(|(key, one)| one.is_federated() && key.name.ends_with(FEDERATED));
        federated.filter_map(|(key, one)| self.memberless(key, one).or_else(|| self.left(key, one))).collect()
    }

    /// One that should have a member is told as lacking it.
    fn memberless(&self, key: &Key, one: &ServiceSeen) -> Option<Finding> {
        let name = key.name.strip_suffix(FEDERATED)?;
        let member = Key::new(&key.namespace, name);
        let is_due = |seen: &MeshSeen| !matches!(&seen.services, Observed::Present(all) if !all.by_key.contains_key(&member));
        if one.remote_members().next().is_some()
            || one.local_member().is_some()
            || self.sides.iter().any(is_due)
        {
            return None;
        }
        let text = format!("{} has no members left, and nothing removes it", key.name);
        let service = format!("svc/{}", key.name);
        let finding = self.about(text, key, ("remove it; run", &["delete", &service]));
        let said = |field: &str| one.annotations.get(field).map_or("<none>", String::as_str).to_owned();
        Some([REMOTE_DISCOVERY, LOCAL_DISCOVERY].into_iter().fold(finding, |finding, field| {
            finding.seen(format!("metadata.annotations[{field}]"), said(field))
        }))
    }

    /// Whether its own cluster has the member is known where a Link selects what the local service mirror does.
    fn left(&self, key: &Key, one: &ServiceSeen) -> Option<Finding> {
        let name = one.local_member()?;
        let member = Key::new(&key.namespace, name);
        let home = self.sides.iter().find(|seen| seen.exporter == *self.cluster)?;
        let Observed::Present(all) = &home.services else { return None };
        let links = home.others().flat_map(|(cluster, _)| home.links_of(cluster));
        let asked: Vec<String> = links.map(|link| link.selector_of(Way::Federated).query()).collect();
        let told = selector(local_mirror(home)?).unwrap_or("mirror.linkerd.io/federated=member");
        let is_there =
            all.by_key.get(&member).is_some_and(|found| found.labels.contains_key(names::FEDERATED))
                || home.marks.iter().any(|mark| mark.service == member);
        if is_there || !asked.iter().any(|query| query == told) {
            return None;
        }
        let text = format!(
            "{} lists svc/{}/{name} of its own cluster, which is gone or no longer a member: clients are still sent to its \
             old address",
            key.name, key.namespace
        );
        let (service, off) = (format!("svc/{}", key.name), format!("{LOCAL_DISCOVERY}-"));
        let finding = if one.remote_members().next().is_some() {
            let words = ["annotate", service.as_str(), off.as_str()];
            self.about(text, key, ("remove the member from its list; run", &words))
        } else {
            self.about(
                text,
                key,
                (
                    "it has no other member, so remove it unless clients still use it; run",
                    &["delete", service.as_str()],
                ),
            )
        };
        Some(finding.seen(format!("metadata.annotations[{LOCAL_DISCOVERY}]"), name))
    }
}
