//! Groups of arguments that plugins flatten into theirs. Flags of connection and output are accepted before and after a
//! subcommand; a flag of one command that stands before the word of another is refused, never dropped. Each means what
//! kubectl's flag of that name means, and is turned into a value of `terms`: nothing is looked up here.

mod completion;
mod connection;
mod dry_run;
mod identity;
mod output;
mod output_of_findings;
mod place;
#[cfg(test)]
mod tests;
mod values;

pub use completion::{CompletionArgs, CompletionStep, Shell};
pub use connection::ConnectionArgs;
pub use dry_run::DryRunArg;
pub use identity::IdentityArgs;
pub use output::OutputArgs;
pub use output_of_findings::OutputOfFindings;
pub use place::parsed;
pub use values::{go_bool, timeout};

/// The heading of everything that says which clusters are meant and how they are reached. Each argument names its
/// own, because a heading for the whole group would spill over to the arguments that a plugin adds behind it.
const CONNECTION: &str = "Connection";
