//! Recordings of what real controllers did, and the comparison of live objects with them.
//!
//! A recording is a folder of YAML files. Fields that differ from run to run hold a placeholder such as
//! `<uid>`; a live value must have the placeholder's shape. Everything else must be equal: every leaf,
//! no field more, no object more.

mod compare;
mod dump;
mod exported;
mod folder;
mod shape;

pub use compare::{Difference, differences, report};
pub use dump::{CONTROL_NAMESPACE, Dump, Known, dump, known};
pub use exported::{Exported, exported_by};
pub use folder::{Folder, recordings};
pub use shape::{filled, is_placeholder, matches};
