//! Linkerd multicluster as a domain. An **exporter** holds the real Service; a **consumer** holds a Link to the
//! exporter and gets a **mirror** of every exported Service, created by the service-mirror controller that runs there.
//! We change only labels on exported Services; everything else is Linkerd's work, which we only read.
//!
//! Rooms, by floor:
//! - 0, what there is: `access`, `names`, `namespace`, `link`, `certificate`, `machinery`, `network`, `snapshot`
//! - 2, pure judgement and plans: `belonging`, `selection`, `flatness`, `change`, `checks`, `causes`, `explain`, `keeper`,
//!   `export`, `fleetwide`, `undo`, `converge`, `arrival`, `probe`
//! - 3, the edges: `wire`, `observe`, `foreign` (tests and fuzzing only), `users`, `waiting`, `act`, `probe::run`

pub mod access;
pub mod act;
pub mod arrival;
pub mod belonging;
pub mod causes;
pub mod certificate;
pub mod change;
pub mod checks;
pub mod converge;
pub mod explain;
pub mod export;
pub mod flatness;
pub mod fleetwide;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod foreign;
pub mod keeper;
pub mod link;
pub mod machinery;
pub mod names;
pub mod namespace;
pub mod network;
pub mod observe;
pub mod probe;
#[cfg(test)]
mod samples;
pub mod selection;
pub mod snapshot;
pub mod undo;
pub mod users;
pub mod waiting;
mod wire;
