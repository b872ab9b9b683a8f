//! What a chain comes to, in one sentence.

use super::super::arrival::State;
use super::super::export::Target;
use super::super::snapshot::Key;
use super::Outcome;
use crate::terms::ClusterName;
use crate::verdict::Finding;

/// One sentence without a full stop; the cause comes with it.
pub(super) fn headline(
    key: &Key,
    (consumer, target): (Option<&ClusterName>, Option<&Target>),
    (outcome, state): (Outcome, Option<State>),
    cause: Option<&Finding>,
) -> String {
    let service = &key.name;
    let place = consumer.map_or_else(|| "any other cluster".to_owned(), ToString::to_string);
    let why = cause.map(|cause| cause.summary.as_str()).unwrap_or_default();
    let dns = target.map_or(place.as_str(), |target| target.dns.as_str());
    let has_come = target.zip(state).is_some_and(|(target, state)| state == State::end_of(target.way));
    match (outcome, has_come, state) {
        (Outcome::Whole, _, _) => {
            format!("{service} is usable in {place} as {dns}, as far as the API shows: no problem found")
        }
        (Outcome::Doubtful, _, _) => {
            format!("{service} is usable in {place} as {dns}, but not as it should be: {why}")
        }
        (Outcome::Broken, _, _) => format!("{service} is not usable in {place} because {why}"),
        (Outcome::Unsure, true, _) => {
            format!("{service} has come to {place} as {dns}, but whether it is usable cannot be told: {why}")
        }
        (Outcome::Unsure, false, None | Some(State::Unknown)) => {
            format!("whether {service} is usable in {place} cannot be told: {why}")
        }
        (Outcome::Unsure, false, Some(_)) => {
            format!("{service} is not usable in {place}, but the cause cannot be told: {why}")
        }
    }
}
