//! Holds the stand-in for the service mirror against recordings of the real controller.
//!
//! Each scenario is played on two real API servers and on the sandbox, step by step, and after each step all objects
//! must equal the recorded ones. Without recordings the scenarios are skipped, and those on real servers without them.

mod burst;
mod completeness;
mod credentials;
mod gateway;
mod ground;
mod leaves;
mod observer;
mod requests;
mod rest;
mod seed;
mod stage;
mod step;
mod table;
mod verdict;
mod wait;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use testkit::{embedded, proxy::RequestKind, real, recorded::recordings};

use self::{ground::Ground, requests::Sent, stage::Stage, step::Scenario, verdict::Verdicts};

/// Where scenarios are played.
#[derive(Clone, Copy)]
enum Where {
    /// Real control planes, when they are there.
    Real,
    /// The sandbox, which is always there.
    Sandbox,
}

impl Where {
    /// Two clusters, until the turn is dropped: all scenarios have Links of the same name, so one is played at a time there.
    fn ground(self) -> Option<(&'static real::Ground, MutexGuard<'static, ()>)> {
        static REAL: [Mutex<()>; 2] = [const { Mutex::new(()) }; 2];
        static SANDBOX: [Mutex<()>; 1] = [const { Mutex::new(()) }; 1];
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let (pairs, turns) = match self {
            Self::Real => (real::pairs(), &REAL[..]),
            Self::Sandbox => (vec![embedded::ground()], &SANDBOX[..]),
        };
        let mut places = pairs.into_iter().zip(turns);
        let next = NEXT.fetch_add(1, Ordering::Relaxed).checked_rem(places.len())?;
        let is_free = |(ground, turn): (&'static real::Ground, &'static Mutex<()>)| {
            Some((ground, turn.try_lock().ok()?))
        };
        places.clone().find_map(is_free).or_else(|| {
            let (ground, turn) = places.nth(next)?;
            Some((ground, turn.lock().unwrap_or_else(PoisonError::into_inner)))
        })
    }

    /// What controllers have sent on this ground.
    fn sent(self) -> &'static Sent {
        static REAL: Sent = Sent::nothing();
        static SANDBOX: Sent = Sent::nothing();
        match self {
            Self::Real => &REAL,
            Self::Sandbox => &SANDBOX,
        }
    }
}

/// Every scenario is a test on each ground: its steps, and then what is not written in steps.
macro_rules! replays {
    ($($name:ident => $scenario:expr, $rest:expr;)*) => {
        const PLAYED: &[&Scenario] = &[$(&$scenario),*];

        mod on_real_servers {
            use super::{Where, burst, credentials, nothing_else, play, table};

            $(#[test]
            fn $name() {
                play(Where::Real, (stringify!($name), &$scenario), $rest);
            })*
        }

        mod on_the_sandbox {
            use super::{Where, burst, credentials, nothing_else, play, table};

            $(#[test]
            fn $name() {
                play(Where::Sandbox, (stringify!($name), &$scenario), $rest);
            })*
        }
    };
}

replays! {
    a_labelled_service_is_mirrored_and_unmirrored => table::GATEWAY_EXPORT, nothing_else;
    a_service_created_with_the_label_is_mirrored => table::CREATED_WITH_LABEL, nothing_else;
    a_mirror_keeps_its_service_when_the_mode_changes => table::REMOTE_DISCOVERY, nothing_else;
    a_missing_namespace_is_told_and_healed => table::NAMESPACE_MISSING, nothing_else;
    a_missing_namespace_is_created_on_demand => table::NAMESPACE_CREATION, nothing_else;
    a_foreign_service_of_the_mirrors_name_suffers => table::NAME_COLLISION, nothing_else;
    a_foreign_service_without_selector_suffers_more => table::NAME_COLLISION_SELECTORLESS, nothing_else;
    foreign_endpoints_of_the_mirrors_name_are_lost => table::ENDPOINTS_WITHOUT_SERVICE, nothing_else;
    changes_of_the_exported_service_come_through => table::EXPORTED_SERVICE_CHANGES, nothing_else;
    a_repair_restores_addresses_only => table::MIRROR_CHANGED_BY_HAND, nothing_else;
    a_deleted_mirror_returns_with_the_next_look_at_everything => table::DELETED_MIRROR_RETURNS, nothing_else;
    a_deleted_service_takes_its_mirror_along => table::EXPORTED_SERVICE_DELETED, nothing_else;
    a_dead_gateway_is_noticed_unless_it_was_never_alive => table::GATEWAY_LIVENESS, nothing_else;
    a_changed_link_prunes_and_a_deleted_one_leaves_all => table::LINK_CHANGED_AND_DELETED, nothing_else;
    a_restart_cleans_up_by_labels => table::RESTART_AND_CLEANUP, nothing_else;
    other_label_values_are_ignored => table::LABEL_VALUES, nothing_else;
    both_labels_at_once_give_the_federated_service_later => table::EXPORTED_AND_FEDERATED, nothing_else;
    a_federated_service_follows_its_members => table::FEDERATION, nothing_else;
    a_headless_service_is_mirrored_pod_by_pod => table::HEADLESS, nothing_else;
    a_headless_service_is_mirrored_like_others_without_the_feature => table::HEADLESS_FEATURE_OFF, nothing_else;
    a_headless_service_without_named_pods_is_mirrored_like_others => table::HEADLESS_WITHOUT_HOSTNAMES, nothing_else;
    mirrors_are_named_after_the_target_cluster => table::TARGET_NAME_DIFFERS, nothing_else;
    refused_mirrors_are_told_and_given_up => table::ODD_SERVICES, nothing_else;
    a_burst_of_changes_destroys_mirrors_and_makes_them_again => table::BURST, burst::burst;
    mirrors_are_paced_and_a_resync_of_a_long_queue_destroys_them => table::RATE, burst::rate;
    bad_credentials_leave_no_trace_but_an_absent_series => credentials::CREDENTIALS, credentials::bad;
    a_first_start_finds_exported_services => table::FIRST_START, nothing_else;
}

async fn nothing_else(_: &mut Stage<'_>) -> Result<(), String> {
    Ok(())
}

/// Plays the steps of the table, then what is not written in steps. What `kubectl xcluster-check` says of the states on the
/// way is one text for both grounds.
#[expect(clippy::panic, reason = "this is the body of the tests, and a difference must fail them")]
fn play(
    at: Where,
    (name, scenario): (&str, &Scenario),
    rest: impl AsyncFnOnce(&mut Stage) -> Result<(), String>,
) {
    if recordings().is_none() {
        return;
    }
    let Some((clusters, _turn)) = at.ground() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => {
            let played = runtime.block_on(run(clusters, scenario, rest));
            played.and_then(|(sent, said)| {
                verdict::compare(name, &said.unwrap_or_default());
                at.sent().rest_on_beliefs(sent, PLAYED.len())
            })
        }
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
) -> Result<(BTreeSet<RequestKind>, Option<String>), String> {
    let tuned = (scenario.tune)();
    let links = if scenario.folder == credentials::CREDENTIALS.folder {
        credentials::LINKS.to_vec()
    } else {
        vec![tuned.link.as_str()]
    };
    let ground = Ground::open(clusters, &links, &step::flags(&tuned)).await?;
    ground.clear(scenario.namespace).await?;
    let mut stage = Stage::open(&ground, scenario).await?;
    let mut outcome = stage.play().await;
    if outcome.is_ok() {
        outcome = rest(&mut stage).await;
    }
    let said = stage.verdicts.take().map(Verdicts::said);
    drop(stage);
    ground.sweep(scenario.namespace).await?;
    outcome.map(|()| (ground.sent(), said))
}
