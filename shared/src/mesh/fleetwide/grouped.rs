//! One break that several Links, or all mirrors of one Link, find in the same words.

use super::alike::put_under;
use super::restarts::RESTART;
use super::{Judged, leftovers, slices};
use crate::mesh::checks::BY_DEFAULT;
use crate::mesh::names::{LOCAL_DISCOVERY, REMOTE_DISCOVERY};
use crate::terms::{ClusterName, ObjectRef};
use crate::verdict::{Cause, Finding, Remedy, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How the evidence of mirrors begins whose service mirror takes the gateway for dead.
const DEAD: &str = "subsets[].notReadyAddresses";

/// How a command changes everything that a Link mirrors.
const ALL: &str = " annotate --overwrite services --all-namespaces ";

/// What is broken.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Broken {
    /// An object, whoever finds it so.
    Object(&'static str, ObjectRef),
    /// The way to a gateway, which nothing explains.
    Way(Vec<ClusterName>),
    /// An account of an exporter, or the Secret of its token, whose tokens nobody takes any more.
    Account(ClusterName, String),
    /// The Link that a cluster had to this target.
    Link(ClusterName, String),
    /// A certificate that several clusters have.
    Anchor(String),
    /// What Linkerd of a cluster lets in by default.
    Default(ClusterName),
    /// A member of federated Services that is none any more, wherever it is listed.
    Member(ClusterName, Option<String>, String),
    /// What makes slices of the Endpoints in a cluster.
    Slices(ClusterName),
    /// A right that lacks, by the command that tries it.
    Right(String),
    /// What one command mends: mirrors that one controller has let be, or has written of one domain.
    Mirrors(String),
}

impl Broken {
    fn of(cause: &Cause) -> Option<Self> {
        let finding = &cause.finding;
        if let (Severity::Unknown, Some(Remedy { command: Some(command), rule: Some(_), .. })) =
            (finding.severity, &finding.remedy)
        {
            return Some(Self::Right(command.clone()));
        }
        let is_of_way = finding.check == "mirror-endpoints"
            && finding.evidence.first().is_some_and(|first| first.field.starts_with(DEAD));
        if is_of_way {
            return Some(Self::Way(finding.clusters.clone()));
        }
        if let ("credentials-revoked", Some(exporter), Some(first)) =
            (finding.check, finding.clusters.first(), finding.evidence.first())
        {
            return Some(Self::Account(exporter.clone(), first.value.clone()));
        }
        if let ("trust-expiry", None, Some(first)) =
            (finding.check, &finding.object, finding.evidence.first())
        {
            return Some(Self::Anchor(first.value.clone()));
        }
        if let (Some(object), Some(first)) = (&finding.object, finding.evidence.first())
            && first.field == slices::NONE
        {
            return Some(Self::Slices(object.cluster.clone()));
        }
        if let Some(common) =
            Self::shared(finding).or_else(|| Self::member(finding)).or_else(|| Self::mirrors(finding))
        {
            return Some(common);
        }
        // Of a mirror that no Link keeps, its own cluster alone is told.
        let (cluster, target) = (finding.clusters.as_slice(), finding.evidence.first());
        if let ([cluster], Some(target)) = (cluster, target)
            && finding.check == leftovers::CHECK
        {
            let target = target.value.rsplit('@').next().unwrap_or_default();
            return Some(Self::Link(cluster.clone(), target.to_owned()));
        }
        let matters = [Severity::Warning, Severity::Error].contains(&finding.severity);
        Some(Self::Object(finding.check, finding.object.clone().filter(|_| matters)?))
    }

    fn mirrors(finding: &Finding) -> Option<Self> {
        let command = finding.remedy.as_ref()?.command.as_ref()?;
        match finding.check {
            "mirror-missing" | "mirror-behind" if !command.contains(RESTART) => None,
            "mirror-edited" if !command.contains(ALL) => None,
            "mirror-missing" | "mirror-behind" | "mirror-edited" => {
                (finding.severity > Severity::Info).then(|| Self::Mirrors(command.clone()))
            }
            _ => None,
        }
    }

    fn member(finding: &Finding) -> Option<Self> {
        let (object, first) = (finding.object.as_ref()?, finding.evidence.first()?);
        let is_listed = first.field.contains(LOCAL_DISCOVERY)
            || (first.field.contains(REMOTE_DISCOVERY) && finding.clusters.len() > 1);
        let home = finding.clusters.first().filter(|_| finding.check == leftovers::CHECK && is_listed)?;
        let name = first.value.split('@').next().unwrap_or_default();
        Some(Self::Member(home.clone(), object.namespace.clone(), name.to_owned()))
    }

    /// What several objects have in common.
    fn shared(finding: &Finding) -> Option<Self> {
        let is_by_default = finding.evidence.iter().any(|one| one.field.starts_with(BY_DEFAULT));
        let object =
            finding.object.as_ref().filter(|_| finding.check == "backend-policy" && is_by_default)?;
        Some(Self::Default(object.cluster.clone()))
    }
}

impl Judged {
    /// Puts what is found of one thing under what weighs most of it.
    pub(super) fn fold_groups(&mut self) {
        let mut all = std::mem::take(&mut self.causes);
        all.sort_by_cached_key(|cause| {
            let Cause { finding, .. } = cause;
            // Not every side sees all clusters that have something in common.
            let wide = finding.clusters.len() * usize::from(finding.object.is_none());
            // A member is told of at home first.
            let far = finding.clusters.len() * usize::from(finding.check == leftovers::CHECK);
            (
                Reverse(finding.severity),
                far,
                finding.object.as_ref().map(ToString::to_string),
                Reverse(wide),
                finding.summary.clone(),
            )
        });
        let (mut leads, mut places) = (Vec::<Cause>::new(), BTreeMap::<Broken, usize>::new());
        for cause in all {
            let broken = Broken::of(&cause);
            let place = broken.map(|broken| *places.entry(broken).or_insert(leads.len()));
            match place.and_then(|place| leads.get_mut(place)) {
                Some(lead) => put_under(lead, [cause]),
                None => leads.push(cause),
            }
        }
        self.causes = leads;
    }
}

#[cfg(test)]
mod tests;
