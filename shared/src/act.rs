//! Floor 3, an edge: changing clusters. Every write names its field manager and what it expects to find.

mod write;

pub use write::{Write, Written, write};
