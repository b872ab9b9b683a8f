//! What the plugins have in common, in floors. Data flows one way: kubeconfig, clients, snapshot, judgement,
//! actions, report, text, exit code. A floor imports only floors below it; `tests/floors.rs` holds that.
//!
//! ```text
//! 6  fuzzing   detection       laws of what others write, and what the judgement detects
//!                              and says; for tests alone
//! 5  run                       the one entry every plugin calls
//! 4  surface                   words: arguments, console, tables, JSON, prompts, progress, logs
//! 3  cluster   act   bounded   the edges: looking at clusters, changing them, reading files of users
//! 2  plan                      what would be done, as a value
//! 1  verdict   manifest        findings, failures, exit codes; objects as they are written in files
//! 0  terms                     the vocabulary
//!
//!    mesh   health             domains; their rooms live on the same floors:
//!                              snapshot, link, machinery 0 · checks, causes, fleetwide,
//!                              export, undo, arrival 2 · wire, observe, act, waiting 3
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
