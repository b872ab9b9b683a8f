//! Floor 0: the vocabulary that every other floor speaks. Plain values only; no client, clock, file, environment
//! or writer. Anyone may import it.

mod choice;
mod cluster_name;
mod duration;
mod environment;
mod failing;
mod labels;
mod mention;
mod names;
mod nearest;
mod object_ref;
mod observed;
mod ownership;
mod per_cluster;
mod prose;
mod route;
mod scope;
mod secret;
mod selector;
mod silence;
mod time;

pub use choice::{
    ClusterOverrides, ConnectionChoice, ContextName, FleetChoice, Format, Impersonation, Mode,
    NamespaceChoice, Waiting,
};
pub use cluster_name::{ClusterName, Fleet, Member};
pub use duration::{GoDuration, InvalidDuration};
pub use environment::Environment;
pub use failing::Failing;
pub use labels::Labels;
pub use mention::{Mirror, Mirrors, is_label};
pub use names::{is_dns_label, is_label_key, is_label_value};
pub use nearest::nearest;
pub use object_ref::{Kind, ObjectRef};
pub use observed::{Observed, Obstacle};
pub use ownership::{ManagedField, OwnerReference, Owners, Part};
pub use per_cluster::PerCluster;
pub use prose::{PROSE, broken, first_of, listed};
pub use route::Route;
pub use scope::Scope;
pub use secret::Hidden;
pub use selector::{LabelSelector, Requirement, SelectorOperator};
pub use silence::Silence;
pub use time::{Deadline, is_later_by, long};
