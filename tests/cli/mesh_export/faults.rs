//! Everything that can go wrong between a user, two API servers and what stands in between. Every test asserts what
//! was said, how the run ended, and what reached the API servers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the steps of these tests share may end a test at once, as a test may"
)]

mod allowed;
mod answers;
mod cost;
mod deadline;
mod effects;
mod foreign;
mod interrupted;
mod keepers;
mod links;
pub(crate) mod namespaces;
mod overlays;
mod owners;
mod partial;
mod pasted;
mod question;
mod refused;
mod rights;
mod selection;
mod silence;
pub(crate) mod stage;
mod streams;
mod support;
mod together;
mod users;
mod verbosity;
pub(crate) mod waiting;
mod warned;
