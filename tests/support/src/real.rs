//! The real control planes that `cargo xtask test` or `cargo xtask up` started.
//!
//! Their folder is named by `PLATFORM_REAL`. `shared/xtask` writes it, this module reads it:
//!
//! ```text
//! kubeconfig               contexts, clusters and users `infra` and `apps`; certificates inside; no current
//!                          context
//! krew/                    the programs `kubectl-krew` and `validate-krew-manifest`
//! <cluster>/ca.crt, ca.key the authority of this cluster alone (PEM), for clients and servers
//! <cluster>/audit.log      every request, one JSON event a line (see `audit`)
//! <cluster>/*.log          what its programs said
//! <cluster>/...            keys, kubeconfigs and the store of the programs themselves
//! apart/                   a second pair of control planes with all of this; only `cargo xtask test` starts it
//! ```
//!
//! Each cluster has one Node, `worker-1`, and no scheduler: a pod with `nodeName: worker-1` is Running and Ready
//! within a second, and its processes do not exist. A test that needs this ground begins with one line:
//!
//! ```no_run
//! # fn a_test() {
//! let Some(ground) = testkit::real::ground() else { return };
//! # let _ = ground;
//! # }
//! ```

mod control_plane;
mod ground;
mod marks;

pub use control_plane::{ControlPlane, unique};
pub use ground::{Ground, apart, ground, is_here, pairs};
pub use marks::{mark_used, skipped};

#[cfg(test)]
mod tests;
