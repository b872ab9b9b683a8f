//! Floor 3, an edge: reaching clusters and looking at them. Nothing here decides and nothing prints.

mod archive;
mod call;
mod client;
pub mod collect;
mod credentials;
pub mod dial;
pub mod explain;
pub mod fleet;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod foreign;
mod hear;
pub mod kubeconfig;
mod lead;
mod look;
mod memory;
pub mod moment;
pub mod pem;
pub mod proxy;
mod set;
mod warnings;
mod watch;
pub(crate) mod yaml;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use archive::foreign as archived;
pub use archive::{Apart, Archive, Origin};
pub use call::{Call, Resource, Shape};
pub use client::{Cluster, Undone};
pub use hear::Hearing;
pub use lead::{Account, Lead, OF_ACCOUNT, kept, leads_to};
pub use look::Listed;
pub(crate) use look::read;
pub use set::{ClusterSet, Connecting, Reach};
pub use warnings::Warnings;
pub use watch::{Change, Versioned, together};
