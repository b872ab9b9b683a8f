//! Floor 1: what was judged, and how a run ends. Pure; imports terms only.

mod against;
mod beneath;
mod cause;
mod command;
mod exit;
mod failure;
mod finding;
mod ground;
mod hidden;
mod idle;
mod raised;
mod remedy;
mod rule;
mod said;
mod severity;

pub use against::against;
pub use beneath::{depth, follows};
pub use cause::Cause;
pub use command::{command, kubectl, of_tool};
pub use exit::Exit;
pub use failure::Failure;
pub use finding::{Evidence, Finding};
pub use ground::Ground;
pub use hidden::Hidden;
pub use idle::Idle;
pub use raised::Typed;
pub use remedy::Remedy;
pub use rule::Rule;
pub use said::{Said, all_said, said};
pub use severity::{Severity, worst};
