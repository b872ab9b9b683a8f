//! `kubectl mesh-export`: make a Service usable in the other clusters of a Linkerd mesh, and prove it.

mod app;
mod args;
mod ask;
mod change;
mod direction;
mod end;
mod explain;
mod explanation;
mod files;
#[cfg(test)]
mod manual;
mod patches;
mod plan;
mod prove;
mod repo;
mod report;
mod resources;
mod rows;
mod session;
mod spelling;
mod survey;
mod view;

fn main() -> std::process::ExitCode {
    platform::run::plugin::<args::MeshExport>()
}
