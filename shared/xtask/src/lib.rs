//! What a release carries: archives of the plugins, and the manifests by which Krew installs them.
//!
//! ```text
//! release   archives and sums of one version: the platforms, the packing, the filling
//!   krew    what Krew takes: manifests, what it extracts of an archive, and its rules
//! ```
//!
//! `release` knows `krew`, never the other way. No file here runs anything: `cargo xtask dist` builds and then calls
//! `release`, and so do the tests, with programs that are built already.

pub mod krew;
pub mod release;

/// What a chore returns: nothing to say, or one message for the terminal.
pub type Outcome<T> = Result<T, String>;
