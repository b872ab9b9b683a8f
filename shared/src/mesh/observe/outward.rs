//! The exporter's own Links. They lead the other way, which is the usual mistake where a consumer has none.

use super::super::belonging::{Credentials, Judged, Party, judge};
use super::super::link::Link;
use super::super::snapshot::LinkSeen;
use super::links::{lead, listed, parties};
use crate::cluster::{Cluster, ClusterSet, Lead};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, PerCluster};
use std::collections::BTreeMap;

/// The Link of the exporter to each other cluster, looked for where one surely has none to the exporter. Best effort:
/// what cannot be seen is just not said.
pub(super) async fn look(
    set: &ClusterSet,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    is_judged: bool,
) -> BTreeMap<ClusterName, ObjectRef> {
    let lacking = |(name, seen): (&ClusterName, _)| *name != set.primary && has_none(seen);
    let Ok(exporter) = set.cluster(&set.primary) else { return BTreeMap::new() };
    if !is_judged || !links.iter().any(lacking) {
        return BTreeMap::new();
    }
    let Observed::Present((_, found)) = listed(exporter).await else { return BTreeMap::new() };
    let parties = parties(set).await;
    let mut outward = BTreeMap::new();
    for found in found {
        let link = Link::read(&found.metadata.namespace, &found.metadata.name, &found.spec);
        if let Some(name) = consumer(exporter, &link, &parties).await {
            outward
                .insert(name, ObjectRef::namespaced(&set.primary, Kind::Link, &link.namespace, &link.name));
        }
    }
    outward
}

fn has_none(links: &Observed<Vec<LinkSeen>>) -> bool {
    let Observed::Present(links) = links else { return false };
    links.iter().all(|link| link.belonging.leads_away())
}

/// Where a Link of the exporter leads to, as far as this is known without asking there.
async fn consumer(exporter: &Cluster, link: &Link, parties: &[(ClusterName, Party)]) -> Option<ClusterName> {
    let Lead { server, authority, account, .. } = lead(exporter, link).await.ok()?.0;
    let credentials = Credentials { server, authority, names_account: account.is_some() };
    let is_there = |name: &ClusterName, party: &Party| {
        let others: Vec<&Party> =
            parties.iter().filter(|(other, _)| other != name).map(|(_, other)| other).collect();
        match judge(&credentials, party, &others) {
            Judged::Exporter(_) => true,
            Judged::AskAccount { trusts_exporter_alone } => {
                trusts_exporter_alone || link.target_cluster_name == name.as_str()
            }
            Judged::Elsewhere => false,
        }
    };
    let others = parties.iter().filter(|(name, _)| name != exporter.name());
    others.into_iter().find(|(name, party)| is_there(name, party)).map(|(name, _)| name.clone())
}
