//! Holds the stand-in for the service mirror against recordings of the real controller.
//!
//! Each scenario is played on two real API servers, step by step, and after each step all objects must
//! equal the recorded ones. Without recordings or API servers the scenarios are skipped.

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

use std::sync::{Mutex, PoisonError};

use testkit::{real, recorded::recordings};

use self::{ground::Ground, stage::Stage, step::Scenario};

/// All scenarios have Links of the same name, so one is played at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

macro_rules! replays {
    ($($name:ident => $scenario:ident,)*) => {
        $(#[test]
        fn $name() {
            play(&table::$scenario, async |_| Ok(()));
        })*
    };
}

replays! {
    a_labelled_service_is_mirrored_and_unmirrored => GATEWAY_EXPORT,
    a_service_created_with_the_label_is_mirrored => CREATED_WITH_LABEL,
    a_mirror_keeps_its_service_when_the_mode_changes => REMOTE_DISCOVERY,
    a_missing_namespace_is_told_and_healed => NAMESPACE_MISSING,
    a_missing_namespace_is_created_on_demand => NAMESPACE_CREATION,
    a_foreign_service_of_the_mirrors_name_suffers => NAME_COLLISION,
    a_foreign_service_without_selector_suffers_more => NAME_COLLISION_SELECTORLESS,
    foreign_endpoints_of_the_mirrors_name_are_lost => ENDPOINTS_WITHOUT_SERVICE,
    changes_of_the_exported_service_come_through => EXPORTED_SERVICE_CHANGES,
    a_repair_restores_addresses_only => MIRROR_CHANGED_BY_HAND,
    a_deleted_service_takes_its_mirror_along => EXPORTED_SERVICE_DELETED,
    a_dead_gateway_is_noticed_unless_it_was_never_alive => GATEWAY_LIVENESS,
    a_changed_link_prunes_and_a_deleted_one_leaves_all => LINK_CHANGED_AND_DELETED,
    a_restart_cleans_up_by_labels => RESTART_AND_CLEANUP,
    other_label_values_are_ignored => LABEL_VALUES,
    both_labels_at_once_give_the_mirror_only => EXPORTED_AND_FEDERATED,
    mirrors_are_named_after_the_target_cluster => TARGET_NAME_DIFFERS,
    refused_mirrors_are_told_and_given_up => ODD_SERVICES,
    a_first_start_finds_exported_services => FIRST_START,
}

/// Plays the steps of the table, then what is not written in steps.
#[expect(clippy::panic, reason = "this is the body of the tests, and a difference must fail them")]
fn play(scenario: &Scenario, rest: impl AsyncFnOnce(&mut Stage) -> Result<(), String>) {
    let Some(real) = real::ground() else { return };
    if recordings().is_none() {
        return;
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(real, scenario, rest)),
        Err(error) => Err(error.to_string()),
    };
    if let Err(why) = outcome {
        panic!("{}: {why}", scenario.folder);
    }
}

async fn run(
    real: &'static real::Ground,
    scenario: &Scenario,
    rest: impl AsyncFnOnce(&mut Stage) -> Result<(), String>,
) -> Result<(), String> {
    let ground = Ground::open(real).await?;
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
