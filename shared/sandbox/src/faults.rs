//! Faults on demand: what a rule meets is delayed, refused, cut or left without an end.
//!
//! A rule is data, so that a world can describe a broken cluster; it may end by itself after so many requests.

mod check;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::refusal::Refusal;

/// What happens to a request that a rule meets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Fault {
    /// It is answered after so many milliseconds.
    Delay(u64),
    /// It is refused with this code; 429 asks to come back after a second.
    Status(u16),
    /// It is refused with this code, and asked to come back after so many seconds.
    Busy(u16, u64),
    /// The connection is closed without an answer.
    Cut,
    /// There is no answer, and no end.
    Stall,
    /// Of an answer only the first half comes, then the connection is closed; a watch ends at once.
    Half,
    /// Of a watch so many events come, then the connection is closed. Nothing else is met.
    CutAfter(u32),
    /// Of an answer only the first half comes, and no end; a watch begins and says nothing.
    Silence,
}

/// Which requests, and what happens to them. An empty field meets everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rule {
    /// The verb as RBAC names it: `list`, `watch`, `patch`.
    pub verb: String,
    /// The resource: `services`.
    pub resource: String,
    /// So many requests pass before the rule begins.
    pub after: u32,
    /// So many requests are met; 0 is all.
    pub times: u32,
    /// What happens to them.
    pub fault: Option<Fault>,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    seen: u32,
}

/// All rules of a cluster.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Mutex<Vec<Armed>>,
}

impl Faults {
    /// Adds a rule.
    pub(crate) fn add(&self, rule: Rule) {
        self.lock().push(Armed { rule, seen: 0 });
    }

    /// Takes all rules away.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// What happens to this request: the first rule that meets it decides.
    pub(crate) fn meet(&self, verb: &str, resource: &str) -> Option<Fault> {
        self.lock().iter_mut().find_map(|armed| armed.meet(verb, resource))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn meet(&mut self, verb: &str, resource: &str) -> Option<Fault> {
        let rule = &self.rule;
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        if !(fits(&rule.verb, verb) && fits(&rule.resource, resource)) {
            return None;
        }
        self.seen = self.seen.saturating_add(1);
        let begun = self.seen > rule.after;
        let over = rule.times > 0 && self.seen > rule.after.saturating_add(rule.times);
        if begun && !over { rule.fault.clone() } else { None }
    }
}

impl Fault {
    /// How long the answer is held back.
    pub(crate) fn delay(&self) -> Option<Duration> {
        if let Self::Delay(milliseconds) = self { Some(Duration::from_millis(*milliseconds)) } else { None }
    }

    /// With what it is refused.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Status(code) => Some(Refusal::on_demand(*code, None)),
            Self::Busy(code, seconds) => Some(Refusal::on_demand(*code, Some(*seconds))),
            Self::Delay(_) | Self::Cut | Self::Stall | Self::Half | Self::CutAfter(_) | Self::Silence => None,
        }
    }

    /// How many events of a watch come before the connection is closed.
    pub(crate) fn events(&self) -> Option<u32> {
        if let Self::CutAfter(events) = self { Some(*events) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_begins_and_ends_when_it_says() {
        let faults = Faults::default();
        let rule = Rule {
            verb: "list".into(),
            after: 1,
            times: 2,
            fault: Some(Fault::Status(503)),
            ..Rule::default()
        };
        faults.add(rule);
        let met: Vec<_> = (0..4).map(|_| faults.meet("list", "services").is_some()).collect();
        assert_eq!(met, [false, true, true, false]);
        assert_eq!(faults.meet("get", "services"), None);
    }
}
