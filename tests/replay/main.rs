//! Holds the stand-in for the service mirror against recordings of the real controller.
//!
//! Each scenario is played on two real API servers and on the sandbox, step by step, and after each step all objects
//! must equal the recorded ones. Without recordings the scenarios are skipped, and those on real servers without them.

mod burst;
mod credentials;
mod gateway;
mod ground;
mod leaves;
mod rest;
mod seed;
mod stage;
mod step;
mod table;
mod wait;

use std::sync::{Mutex, MutexGuard, PoisonError};

use testkit::{embedded, real, recorded::recordings};

use self::{ground::Ground, stage::Stage, step::Scenario};

/// Where scenarios are played.
#[derive(Clone, Copy)]
enum Where {
    /// Real control planes, when they are there.
    Real,
    /// The sandbox, which is always there.
    Sandbox,
}

impl Where {
    fn ground(self) -> Option<&'static real::Ground> {
        match self {
            Self::Real => real::ground(),
            Self::Sandbox => Some(embedded::ground()),
        }
    }

    /// All scenarios have Links of the same name, so on each ground one is played at a time.
    fn turn(self) -> MutexGuard<'static, ()> {
        static REAL: Mutex<()> = Mutex::new(());
        static SANDBOX: Mutex<()> = Mutex::new(());
        let turn = match self {
            Self::Real => &REAL,
            Self::Sandbox => &SANDBOX,
        };
        turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every scenario is a test on each ground: those of the table, and those with a body of their own.
macro_rules! replays {
    ($($name:ident => $body:expr,)*) => {
        mod on_real_servers {
            $(#[test]
            fn $name() {
                $body(super::Where::Real);
            })*
        }

        mod on_the_sandbox {
            $(#[test]
            fn $name() {
                $body(super::Where::Sandbox);
            })*
        }
    };
}

replays! {
    a_labelled_service_is_mirrored_and_unmirrored => |at| crate::play(at, &crate::table::GATEWAY_EXPORT, async |_| Ok(())),
    a_service_created_with_the_label_is_mirrored => |at| crate::play(at, &crate::table::CREATED_WITH_LABEL, async |_| Ok(())),
    a_mirror_keeps_its_service_when_the_mode_changes => |at| crate::play(at, &crate::table::REMOTE_DISCOVERY, async |_| Ok(())),
    a_missing_namespace_is_told_and_healed => |at| crate::play(at, &crate::table::NAMESPACE_MISSING, async |_| Ok(())),
    a_missing_namespace_is_created_on_demand => |at| crate::play(at, &crate::table::NAMESPACE_CREATION, async |_| Ok(())),
    a_foreign_service_of_the_mirrors_name_suffers => |at| crate::play(at, &crate::table::NAME_COLLISION, async |_| Ok(())),
    a_foreign_service_without_selector_suffers_more => |at| crate::play(at, &crate::table::NAME_COLLISION_SELECTORLESS, async |_| Ok(())),
    foreign_endpoints_of_the_mirrors_name_are_lost => |at| crate::play(at, &crate::table::ENDPOINTS_WITHOUT_SERVICE, async |_| Ok(())),
    changes_of_the_exported_service_come_through => |at| crate::play(at, &crate::table::EXPORTED_SERVICE_CHANGES, async |_| Ok(())),
    a_repair_restores_addresses_only => |at| crate::play(at, &crate::table::MIRROR_CHANGED_BY_HAND, async |_| Ok(())),
    a_deleted_service_takes_its_mirror_along => |at| crate::play(at, &crate::table::EXPORTED_SERVICE_DELETED, async |_| Ok(())),
    a_dead_gateway_is_noticed_unless_it_was_never_alive => |at| crate::play(at, &crate::table::GATEWAY_LIVENESS, async |_| Ok(())),
    a_changed_link_prunes_and_a_deleted_one_leaves_all => |at| crate::play(at, &crate::table::LINK_CHANGED_AND_DELETED, async |_| Ok(())),
    a_restart_cleans_up_by_labels => |at| crate::play(at, &crate::table::RESTART_AND_CLEANUP, async |_| Ok(())),
    other_label_values_are_ignored => |at| crate::play(at, &crate::table::LABEL_VALUES, async |_| Ok(())),
    both_labels_at_once_give_the_mirror_only => |at| crate::play(at, &crate::table::EXPORTED_AND_FEDERATED, async |_| Ok(())),
    mirrors_are_named_after_the_target_cluster => |at| crate::play(at, &crate::table::TARGET_NAME_DIFFERS, async |_| Ok(())),
    refused_mirrors_are_told_and_given_up => |at| crate::play(at, &crate::table::ODD_SERVICES, async |_| Ok(())),
    a_burst_of_changes_destroys_mirrors_and_makes_them_again => crate::burst::burst,
    mirrors_are_paced_and_a_resync_of_a_long_queue_destroys_them => crate::burst::rate,
    bad_credentials_leave_no_trace_but_an_absent_series => crate::credentials::bad,
    a_first_start_finds_exported_services => |at| crate::play(at, &crate::table::FIRST_START, async |_| Ok(())),
}

/// Plays the steps of the table, then what is not written in steps.
#[expect(clippy::panic, reason = "this is the body of the tests, and a difference must fail them")]
fn play(at: Where, scenario: &Scenario, rest: impl AsyncFnOnce(&mut Stage) -> Result<(), String>) {
    let Some(clusters) = at.ground() else { return };
    if recordings().is_none() {
        return;
    }
    let _turn = at.turn();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(clusters, scenario, rest)),
        Err(error) => Err(error.to_string()),
    };
    if let Err(why) = outcome {
        panic!("{}: {why}", scenario.folder);
    }
}

async fn run(
    clusters: &'static real::Ground,
    scenario: &Scenario,
    rest: impl AsyncFnOnce(&mut Stage) -> Result<(), String>,
) -> Result<(), String> {
    let ground = Ground::open(clusters).await?;
    ground.clear(scenario.namespace).await?;
    let mut stage = Stage::open(&ground, scenario).await?;
    let mut outcome = stage.play().await;
    if outcome.is_ok() {
        outcome = rest(&mut stage).await;
    }
    drop(stage);
    ground.sweep(scenario.namespace).await?;
    outcome
}
