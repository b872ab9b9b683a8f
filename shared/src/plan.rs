//! Floor 2: what would be done, as a value. The dry run prints the very plan that the live run executes.

mod progress;
mod step;

pub use progress::Progress;
pub use step::{Plan, Step};
