//! What everything else stands on, in each cluster and between clusters: nodes, clocks, versions, APIs, the network and the
//! control plane of the mesh. Rooms: `snapshot` says what there is, `checks` judges it, purely, and `observe` looks.

pub mod causes;
pub mod checks;
pub mod observe;
pub mod snapshot;
