//! Whether Cilium's agents have read its settings: they read them when they start, and never again. Looked at in consumers,
//! where causes are looked for, since there may be as many agents as nodes.

use super::super::link::Link;
use super::super::machinery::Pod;
use super::super::names::CILIUM;
use super::super::wire::{Plain, WirePod};
use super::Looking;
use super::bounded::{one, sifted};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Part, Scope};
use jiff::Timestamp;

/// So long, in seconds, agents may take to be restarted one after the other before anybody is told.
const ROLLING: i64 = 900;

/// When the settings were changed, where some agent has not read that.
pub(super) async fn unread(cluster: &Cluster, links: &[&Link], looking: Looking) -> Option<String> {
    if looking != Looking::ForCauses || links.is_empty() {
        return None;
    }
    let (namespace, _) = CILIUM;
    let Observed::Present(config) = one::<Plain>(cluster, Resource::CONFIG_MAPS, CILIUM).await else {
        return None;
    };
    let place = Scope::namespace(Some(namespace)).labelled("k8s-app=cilium");
    let start = |agent: WirePod| {
        let agent = Pod::from(agent);
        (!agent.is_over && !agent.started.is_empty()).then_some(agent.started)
    };
    let Observed::Present(started) = sifted(cluster, Resource::PODS, &place, start).await else {
        return None;
    };
    since(config.metadata.written(Part::Data), &started, cluster.now())
}

/// The change, where some are older. While they are restarted one after the other, the last start was not long ago.
pub(super) fn since(changed: String, started: &[String], now: Timestamp) -> Option<String> {
    let last = started.iter().max().filter(|last| **last > changed).unwrap_or(&changed);
    let age = now.as_second() - last.parse::<Timestamp>().ok()?.as_second();
    let is_unread = started.iter().any(|start| *start < changed);
    (is_unread && age > ROLLING).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_unread_when_an_agent_is_older_and_nobody_restarts_them() {
        let changed = "2026-05-01T10:00:00Z";
        let of = |started: &[&str], now: &str| {
            let started: Vec<String> = started.iter().map(|one| (*one).to_owned()).collect();
            since(changed.to_owned(), &started, now.parse().unwrap()).is_some()
        };
        let (before, after) = ("2026-05-01T09:00:00Z", "2026-05-01T10:00:30Z");
        assert!(of(&[before, before], "2026-05-01T11:00:00Z"));
        assert!(!of(&[before, after], "2026-05-01T10:10:00Z"), "they are being restarted");
        assert!(of(&[before, after], "2026-05-01T11:00:00Z"), "one has started for another reason");
        assert!(!of(&[after], "2026-05-01T11:00:00Z"), "they were restarted");
        assert!(!of(&[before], "2026-05-01T10:05:00Z"), "they may be soon");
        assert!(!of(&[], "2026-05-01T11:00:00Z"), "there are none");
        assert!(since("odd".into(), &[before.into()], Timestamp::UNIX_EPOCH).is_none());
    }
}
