//! `kubectl xcluster-check`: what is wrong between the clusters of a fleet, why, and what to do.

mod app;
mod args;
mod catalogue;
mod choice;
mod collect;
mod count;
mod diff;
mod files;
#[cfg(test)]
mod manual;
mod places;
mod report;
mod silence;
mod stage;
mod view;
mod watch;

fn main() -> std::process::ExitCode {
    platform::run::plugin::<args::XclusterCheck>()
}
