//! Who keeps a Service as it is: a GitOps tool that applies it, or an operator that makes it. Labels that are set past
//! such a keeper may be lost, or are not where the next reader looks for them; so it is named, with the change that
//! it would have to be given. Who owns a single label is another question, which `export` asks of its field managers.

mod fate;
mod patch;
#[cfg(test)]
mod tests;

pub use patch::{Entry, Source};

use super::change::Keeping;
use super::snapshot::{Key, ServiceSeen};
use crate::manifest::LabelEdit;
use crate::terms::OwnerReference;

/// Labels by which Flux's controllers say what they have applied.
const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
const HELM_TOOLKIT: &str = "helm.toolkit.fluxcd.io";
/// Annotations of what Helm has installed.
const HELM_NAME: &str = "meta.helm.sh/release-name";
const HELM_NAMESPACE: &str = "meta.helm.sh/release-namespace";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The annotation by which Argo CD knows again what it has applied.
pub const ARGO_TRACKING: &str = "argocd.argoproj.io/tracking-id";
/// The label by which Argo CD knows what it has applied, where it does not by an annotation.
pub const ARGO_INSTANCE: &str = "app.kubernetes.io/instance";
/// Argo CD among the field managers.
const ARGO_MANAGER: &str = "argocd-controller";
/// CloudNativePG.
const POSTGRES: &str = "postgresql.cnpg.io";
const POSTGRES_CLUSTER: &str = "cnpg.io/cluster";
const POSTGRES_MANAGED: &str = "cnpg.io/isManaged";
const POSTGRES_STRATEGY: &str = "cnpg.io/updateStrategy";

/// Who keeps a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// A Kustomization of Flux, from Git.
    Kustomization(Key),
    /// A `HelmRelease` of Flux, from a chart.
    HelmRelease(Key),
    /// A release of Helm, from a chart.
    Helm(Key),
    /// An application of Argo CD, from Git.
    Argo(String),
    /// CloudNativePG, for a Cluster.
    Postgres(Postgres),
    /// The controller of another object, of this namespace.
    Controller(OwnerReference, String),
}

/// A Service of a Cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postgres {
    /// The Cluster.
    pub cluster: Key,
    /// How it comes to be there.
    pub kind: PostgresService,
}

/// Which of the Services of a Cluster it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostgresService {
    /// `-rw`, `-ro` or `-r`, which every Cluster has.
    Usual,
    /// One of `spec.managed.services.additional`, changed in place.
    Additional,
    /// One of these that is deleted and made anew for every change.
    Replaced,
}

impl Keeper {
    /// The keeper of a Service, if it has one. The controller of an object beats labels, which may be inherited from
    /// that object.
    pub fn of(key: &Key, service: &ServiceSeen) -> Option<Self> {
        if let Some(owner) = &service.controller {
            return Some(Self::of_controller(key, service, owner));
        }
        let label = |name: &str| service.labels.get(name).cloned();
        let pair = |group: &str| {
            Some(Key::new(label(&format!("{group}/namespace"))?, label(&format!("{group}/name"))?))
        };
        if let Some(kustomization) = pair(KUSTOMIZE).filter(|_| !is_left_alone(service)) {
            return Some(Self::Kustomization(kustomization));
        }
        if let Some(release) = pair(HELM_TOOLKIT) {
            return Some(Self::HelmRelease(release));
        }
        argo(key, service).map(Self::Argo).or_else(|| helm(service).map(Self::Helm))
    }

    fn of_controller(key: &Key, service: &ServiceSeen, owner: &OwnerReference) -> Self {
        let is_postgres = owner.kind == "Cluster" && owner.group() == POSTGRES;
        if !is_postgres || service.labels.get(POSTGRES_CLUSTER) != Some(&owner.name) {
            return Self::Controller(owner.clone(), key.namespace.clone());
        }
        let is_managed = service.labels.get(POSTGRES_MANAGED).is_some_and(|value| value == "true");
        let is_replaced = service.annotations.get(POSTGRES_STRATEGY).is_some_and(|value| value == "replace");
        let kind = match (is_managed, is_replaced) {
            (_, true) => PostgresService::Replaced,
            (true, false) => PostgresService::Additional,
            (false, false) => PostgresService::Usual,
        };
        Self::Postgres(Postgres { cluster: Key::new(&key.namespace, &owner.name), kind })
    }

    /// Whether it is known to leave the labels of others alone, so that nothing is fought over.
    pub fn yields(&self) -> bool {
        match self {
            Self::Postgres(Postgres { kind, .. }) => *kind != PostgresService::Replaced,
            Self::Kustomization(_)
            | Self::HelmRelease(_)
            | Self::Helm(_)
            | Self::Argo(_)
            | Self::Controller(..) => false,
        }
    }
}

/// Whether Flux was told not to apply this object, or only when it is not there.
fn is_left_alone(service: &ServiceSeen) -> bool {
    let says = |name: &str, values: &[&str]| {
        let key = format!("{KUSTOMIZE}/{name}");
        let found = [&service.labels, &service.annotations].into_iter().filter_map(|all| all.get(&key));
        found.into_iter().any(|found| values.iter().any(|value| found.eq_ignore_ascii_case(value)))
    };
    says("reconcile", &["disabled"]) || says("ssa", &["ignore", "ifnotpresent"])
}

fn helm(service: &ServiceSeen) -> Option<Key> {
    // What a chart renders has the label in any case; the annotations are Helm's own.
    service.labels.get(MANAGED_BY).filter(|value| *value == "Helm")?;
    let annotation = |name: &str| service.annotations.get(name);
    Some(Key::new(annotation(HELM_NAMESPACE)?, annotation(HELM_NAME)?))
}

/// `APPLICATION:GROUP/KIND:NAMESPACE/NAME`; one that names another object came here with a copy.
fn argo(key: &Key, service: &ServiceSeen) -> Option<String> {
    if let Some(tracking) = service.annotations.get(ARGO_TRACKING) {
        let own = format!(":/Service:{}/{}", key.namespace, key.name);
        return tracking.strip_suffix(&own).map(str::to_owned);
    }
    service.labels.get(ARGO_INSTANCE).filter(|_| service.owners.includes(ARGO_MANAGER)).cloned()
}

/// A Service that somebody keeps, and what is to become of its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The Service.
    pub key: Key,
    /// Who keeps it.
    pub keeper: Keeper,
    /// What is to be changed.
    pub edit: LabelEdit,
    /// The numbers of its ports, by which its manifest is told from that of a Service of the same name.
    pub ports: Vec<u16>,
}

impl Kept {
    /// The change as one that concerns a keeper; `None` when nobody keeps the Service.
    pub fn of(key: &Key, service: &ServiceSeen, edit: LabelEdit) -> Option<Self> {
        let keeper = Keeper::of(key, service)?;
        let ports = service.ports.iter().map(|port| port.port).collect();
        Some(Self { key: key.clone(), keeper, edit, ports })
    }

    /// Whether the change is left to the keeper.
    pub fn is_left(&self, keeping: Keeping) -> bool {
        match keeping {
            Keeping::Respect => !self.keeper.yields(),
            Keeping::Overrule => false,
            Keeping::Commit => true,
        }
    }
}
