//! What really reached an API server, from its audit log.
//!
//! ```no_run
//! # fn a_test(ground: &testkit::real::Ground) {
//! let audit = testkit::audit::Audit::mark(ground.cluster("apps")).of_agent("kubectl-mesh_export");
//! // ... run the plugin ...
//! let requests = audit.since();
//! assert!(testkit::audit::writes(&requests).is_empty(), "a dry run wrote {requests:#?}");
//! # }
//! ```
//!
//! Tests run side by side on the same clusters: one that asserts on *all* requests of a plugin should let the
//! plugin act as a user of its own (`of_user`, with `--as`) or look only at its own namespace.

mod event;
mod log;

pub use event::{Request, writes};
pub use log::Audit;
