//! What becomes of a label that is set past a keeper, and what is said of that.

use super::patch::additional;
use super::{Keeper, Kept, Postgres, PostgresService};
use crate::mesh::change::Keeping;
use crate::mesh::snapshot::Key;
use crate::terms::{ClusterName, Fleet, ObjectRef};
use crate::verdict::{Finding, Remedy, of_tool};
use std::fmt;

impl fmt::Display for Keeper {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kustomization(key) => write!(out, "the Flux Kustomization {}/{}", key.namespace, key.name),
            Self::HelmRelease(key) => write!(out, "the Flux HelmRelease {}/{}", key.namespace, key.name),
            Self::Helm(key) => write!(out, "the Helm release {}/{}", key.namespace, key.name),
            Self::Argo(application) => write!(out, "the Argo CD application {application}"),
            Self::Postgres(Postgres { cluster, .. }) => {
                write!(out, "CloudNativePG, for the Cluster {}/{}", cluster.namespace, cluster.name)
            }
            Self::Controller(owner, namespace) => {
                write!(out, "the controller of the {} {namespace}/{}", owner.kind, owner.name)
            }
        }
    }
}

impl Keeper {
    /// How long a label lasts that this keeper was not told of.
    fn lasts(&self) -> &'static str {
        match self {
            // Its apply takes back only what managers called kubectl… own, and what Git names.
            Self::Kustomization(_) => "it stays until Git sets the same label, or the Service is recreated",
            // Its three-way merge and its apply both leave what the chart never named.
            Self::HelmRelease(_) | Self::Helm(_) => {
                "it stays until the chart sets the same label, or an upgrade recreates the Service"
            }
            Self::Argo(_) => "it stays until Git sets the same label, or a sync replaces the Service",
            Self::Postgres(Postgres { kind: PostgresService::Replaced, .. }) => {
                "it is lost when the operator next changes the Service, since it recreates it"
            }
            Self::Postgres(_) => {
                "the operator leaves other labels alone; it is lost when the Service is recreated"
            }
            Self::Controller(..) => "whether that controller keeps it is unknown",
        }
    }

    /// The command that makes it read again, where there is one.
    pub fn hasten(&self, fleet: &Fleet, cluster: &ClusterName) -> Option<String> {
        let reconcile = |kind: &str, key: &Key| {
            let words = ["reconcile", kind, &key.name, "--namespace", &key.namespace, "--with-source"];
            of_tool("flux", (fleet, cluster), &words)
        };
        match self {
            Self::Kustomization(key) => Some(reconcile("kustomization", key)),
            Self::HelmRelease(_)
            | Self::Helm(_)
            | Self::Argo(_)
            | Self::Postgres(_)
            | Self::Controller(..) => None,
        }
    }

    /// What is to be done once it was told: the name is that of the Service.
    pub fn afterwards(&self, name: &str, is_undo: bool) -> String {
        match self {
            Self::Postgres(_) if is_undo => {
                let flags = if self.yields() { "--take-over" } else { "--imperative --take-over" };
                format!(
                    "then remove it from svc/{name} with `undo {flags}`: the operator does not remove labels it once set"
                )
            }
            // The mirror to come is that of another Service.
            Self::Postgres(Postgres { kind: PostgresService::Usual, .. }) => {
                format!("then check svc/{} with `verify`", additional(name))
            }
            Self::Kustomization(_)
            | Self::HelmRelease(_)
            | Self::Helm(_)
            | Self::Argo(_)
            | Self::Postgres(_)
            | Self::Controller(..) => "then run again".to_owned(),
        }
    }

    /// What has to be done where the keeper reads.
    pub fn advice(&self) -> String {
        match self {
            Self::Kustomization(_) | Self::Argo(_) => "commit the patch".to_owned(),
            Self::HelmRelease(_) => {
                "set the label in the values if the chart supports Service labels, or commit the patch of what it renders"
                    .to_owned()
            }
            Self::Helm(_) => {
                "set the label in the values if the chart supports Service labels, or merge the patch with a post-renderer"
                    .to_owned()
            }
            Self::Postgres(Postgres { kind: PostgresService::Usual, .. }) => {
                "commit the entry of spec.managed.services, a Service of its own".to_owned()
            }
            Self::Postgres(_) => "commit the label to the entry of spec.managed.services".to_owned(),
            Self::Controller(owner, namespace) => format!(
                "set the label in the {} {namespace}/{}, if that passes labels to its Services",
                owner.kind, owner.name
            ),
        }
    }
}

impl Kept {
    /// Why the change is left to the keeper, and what to do.
    pub fn refused(&self, exporter: &ClusterName, object: ObjectRef) -> Finding {
        let (keeper, advice) = (&self.keeper, self.keeper.advice());
        let (text, by_hand) = if self.edit.set.is_empty() {
            let labels = self.edit.removed.join(", ");
            let text = format!("kept by {keeper}, which may set {labels} again");
            (text, "--imperative --take-over removes it here until it is set again".to_owned())
        } else {
            let text = format!("kept by {keeper}: a label set only in the cluster is not in its source");
            (text, format!("--imperative sets it here anyway: {}", keeper.lasts()))
        };
        let can_be_made = self.searched().is_some() || self.source().is_some();
        let made = if can_be_made { ", which --repo DIR makes for `git apply`" } else { "" };
        let action = format!("{advice}{made}; {by_hand}");
        Finding::error("service-kept", &[exporter], text, Remedy::new(action)).about(object)
    }

    /// What is worth knowing when labels are set all the same.
    pub fn noted(&self, exporter: &ClusterName, object: ObjectRef, keeping: Keeping) -> Finding {
        let (keeper, lasts) = (&self.keeper, self.keeper.lasts());
        let text = match keeping {
            Keeping::Overrule => format!("kept by {keeper}, but changed anyway; {lasts}"),
            Keeping::Respect | Keeping::Commit => {
                format!("kept by {keeper}; {lasts}; --repo DIR makes a patch to commit instead")
            }
        };
        Finding::info("service-kept", &[exporter], text).about(object)
    }

    /// What is to be said when labels are overruled or removed that the keeper may have set.
    pub fn comes_back(&self, exporter: &ClusterName, object: ObjectRef) -> Finding {
        let Self { keeper, edit, .. } = self;
        let labels: Vec<&str> = edit.set.keys().chain(&edit.removed).map(String::as_str).collect();
        let text =
            format!("kept by {keeper}, which sets {} back if that is in its source", labels.join(", "));
        let remedy = Remedy::new("change it there too: --repo DIR in place of --imperative makes the patch");
        Finding::warning("service-kept", &[exporter], text, remedy).about(object)
    }
}
