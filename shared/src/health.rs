//! What everything else stands on, in each cluster and between clusters: nodes and clocks. Rooms: `snapshot` says what there
//! is, `checks` judges it, purely, and `observe` looks.

pub mod checks;
pub mod observe;
pub mod snapshot;
