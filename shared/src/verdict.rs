//! Floor 1: what was judged, and how a run ends. Pure; imports terms only.

mod against;
mod beneath;
mod command;
mod exit;
mod failure;
mod finding;
mod said;

pub use against::against;
pub use beneath::{depth, follows};
pub use command::{command, kubectl, of_tool};
pub use exit::Exit;
pub use failure::Failure;
pub use finding::{Evidence, Finding, Remedy, Severity, worst};
pub use said::{Said, all_said, said};
