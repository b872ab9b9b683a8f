//! Linkerd multicluster as a domain. An **exporter** holds the real Service; a **consumer** holds a Link to the
//! exporter and gets a **mirror** of every exported Service, made by the service-mirror controller that runs there.
//! What we change is labels on exported Services; everything else is Linkerd's work, which we only look at.
//!
//! Rooms: `names`, `namespace`, `link`, `network`, `certificate`, `machinery`, `snapshot` say what there is; `selection`, `belonging`,
//! `flatness`, `keeper`, `checks`, `causes`, `explain`, `export`, `undo`, `converge`, `arrival`, `probe` judge and plan,
//! purely; `wire`, `observe`, `waiting`, `act`, `probe::run` are the edges.

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
