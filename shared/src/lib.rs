//! What the plugins share, in floors. Data flows one way: kubeconfig, clients, snapshot, judgement, actions, report,
//! text, exit code. A floor imports only floors below it; `tests/floors.rs` enforces that.
//!
//! ```text
//! 6  fuzzing   detection       laws about foreign input; what the judgement detects and says
//!                              (tests only)
//! 5  run                       the one entry that every plugin calls
//! 4  surface                   text: arguments, console, tables, JSON, prompts, progress, logs
//! 3  cluster   act   bounded   the edges: reading clusters, changing them, reading users' files
//! 2  plan                      what would be done, as a value
//! 1  verdict   manifest        findings, failures, exit codes; objects as written in files
//! 0  terms                     the vocabulary
//!
//!    mesh   health             domains; their rooms are on the same floors:
//! 3  health: observe
//!    mesh:   wire, observe, foreign, users, waiting, act, probe::run
//! 2  health: causes, checks
//!    mesh:   belonging, selection, flatness, change, checks, causes, explain, keeper, export,
//!            fleetwide, undo, converge, arrival, probe
//! 0  health: snapshot
//!    mesh:   access, names, namespace, link, certificate, machinery, network, snapshot
//! ```

#![deny(missing_docs)]

pub mod act;
pub mod bounded;
pub mod cluster;
#[cfg(test)]
mod detection;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod health;
pub mod manifest;
pub mod mesh;
pub mod plan;
pub mod run;
pub mod surface;
pub mod terms;
pub mod verdict;
