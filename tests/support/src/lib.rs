//! What the tests share: a proxy that counts and breaks, a hermetic kubectl, and worlds on real control planes.

pub mod audit;
pub mod belief;
pub mod blackhole;
pub mod browser;
pub mod connect;
pub mod crds;
pub mod embedded;
pub mod held;
pub mod kubectl;
pub mod linkerd;
pub mod manual;
pub mod matrix;
pub mod proxy;
pub mod published;
pub mod real;
pub mod recorded;
pub mod schema;
pub mod served;
pub mod shown;
pub mod told;
pub mod world;
