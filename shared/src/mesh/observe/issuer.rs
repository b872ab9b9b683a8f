//! Looks at who signs for the proxies of a cluster, and at what became of its last change.

use super::super::machinery::{Issuer, Pod, Stuck};
use super::super::names::{CONTROL_PLANE, IDENTITY, ISSUER};
use super::super::wire::{self, WireIssuer, WirePod};
use super::bounded::{listed, one};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde_json::Value;

pub(super) const CERTIFICATES: Resource =
    Resource { group: "cert-manager.io", version: "v1", plural: "certificates" };
/// So long a Certificate may be made anew.
pub(super) const MAKING: i64 = 600;
/// A certificate is made for the change that brings it, or is dated so long before it.
const BACKDATED: i64 = 2 * 3600;
/// A Secret comes to its pods after so long at most; ...
const COMING: i64 = 180;
/// ... and events are kept for an hour at least, so that none says nothing after that, unless one is left from before.
const KEPT: i64 = 3300;
/// So long somebody keeps them for whom an hour is not enough.
const KEPT_LONG: i64 = 24 * 3600;

/// Many may not read that Secret: what it would tell is known in part without it.
///
/// Who looks thoroughly asks for events that may be kept for longer than usual.
pub(super) async fn look(cluster: &Cluster, is_thorough: bool) -> Observed<Issuer> {
    let now = cluster.now().as_second();
    let found = match one::<WireIssuer>(cluster, Resource::SECRETS, ISSUER).await {
        Observed::Present(found) => found,
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    let (certificate, changed) = (found.certificate(), found.changed());
    let Some(issuer) = found.read(now) else { return Observed::Absent };
    // What cert-manager writes is made for it, and others bring what was made before.
    let backdated = if certificate.is_some() { BACKDATED } else { i64::MAX };
    let change = Change { at: &changed, begun: begun(&issuer, now), backdated, is_thorough };
    let unready = match certificate {
        Some(name) => unready(cluster, &name, now).await,
        None => Ok(None),
    };
    let (stuck, hidden) = match unready {
        Ok(Some(stuck)) => (Some(stuck), None),
        rest => {
            let (stuck, hidden) = known(unused(cluster, change, now).await);
            (stuck, rest.err().or(hidden))
        }
    };
    let hidden = hidden.filter(|_| stuck.is_none());
    Observed::Present(Issuer { stuck, hidden, ..issuer })
}

/// What is known, and what hides it else.
pub(super) fn known(answer: Result<Option<Stuck>, Obstacle>) -> (Option<Stuck>, Option<Obstacle>) {
    match answer {
        Ok(stuck) => (stuck, None),
        Err(obstacle) => (None, Some(obstacle)),
    }
}

/// Since when a moment is, in seconds.
pub(super) fn age(moment: &str, now: i64) -> Option<i64> {
    Some(now - moment.parse::<jiff::Timestamp>().ok()?.as_second())
}

pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A Certificate of cert-manager that is not ready, or that should have been renewed.
async fn unready(cluster: &Cluster, name: &str, now: i64) -> Result<Option<Stuck>, Obstacle> {
    match one::<wire::Plain>(cluster, CERTIFICATES, (CONTROL_PLANE, name)).await {
        Observed::Present(found) => {
            Ok(late(&found.status, now).map(|why| Stuck::Unready(name.to_owned(), why)))
        }
        // Whoever takes cert-manager away leaves what it wrote.
        Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => Ok(None),
        Observed::Unknown(obstacle) => Err(obstacle),
    }
}

fn late(status: &Value, now: i64) -> Option<String> {
    let due = text(status, "/renewalTime");
    let is_overdue = age(due, now).is_some_and(|age| age > MAKING);
    unready_since(status, now).or_else(|| is_overdue.then(|| format!("it should have been renewed at {due}")))
}

/// Why an object of cert-manager is not ready, and has not been for long.
pub(super) fn unready_since(status: &Value, now: i64) -> Option<String> {
    let conditions = status.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let ready = conditions.into_iter().find(|one| text(one, "/type") == "Ready")?;
    let is_long = age(text(ready, "/lastTransitionTime"), now).is_some_and(|age| age > MAKING);
    (is_long && text(ready, "/status") == "False").then(|| text(ready, "/message").to_owned())
}

/// The last change of the Secret.
#[derive(Clone, Copy)]
struct Change<'a> {
    /// When it was, as the API writes times.
    at: &'a str,
    /// From when on the certificate is good, in seconds.
    begun: Option<i64>,
    /// How long before that may be.
    backdated: i64,
    is_thorough: bool,
}

/// Whether the identity controller has taken what the Secret holds since its last change.
async fn unused(cluster: &Cluster, change: Change<'_>, now: i64) -> Result<Option<Stuck>, Obstacle> {
    let Some(age) = age(change.at, now) else { return Ok(None) };
    if (COMING..KEPT).contains(&age) {
        return unsaid(cluster, change, true).await;
    }
    if change.is_thorough && (KEPT..KEPT_LONG).contains(&age) {
        // Of so long ago nobody has to know.
        return Ok(unsaid(cluster, change, false).await.unwrap_or_default());
    }
    Ok(None)
}

/// The same, whatever its age; whether events of that age are kept for sure.
async fn unsaid(cluster: &Cluster, change: Change<'_>, is_kept: bool) -> Result<Option<Stuck>, Obstacle> {
    // Most who take objects leave these out.
    if cluster.archive().is_some_and(|files| !files.has_any(Resource::EVENTS)) {
        return Err(Obstacle::NotInFiles { what: "events".to_owned() });
    }
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let about = format!("involvedObject.kind=Deployment,involvedObject.name={IDENTITY}");
    let component = "linkerd.io/control-plane-component=identity";
    let (about, pods) = (place.clone().with_fields(about), place.labelled(component));
    let (events, pods) = futures::join!(
        listed::<Value>(cluster, Resource::EVENTS, &about),
        listed::<WirePod>(cluster, Resource::PODS, &pods)
    );
    let (events, pods) = (events.known()?, pods.known()?);
    let running = pods.into_iter().flatten().map(Pod::from);
    let running = running.filter(|pod| !pod.is_over && !pod.started.is_empty());
    // The first of them: what it has not read, the cluster may not use.
    let Some(started) = running.map(|pod| pod.started).min() else { return Ok(None) };
    Ok(taken(&events.unwrap_or_default(), &started, change, is_kept))
}

/// From when on the certificate is good, in seconds.
fn begun(issuer: &Issuer, now: i64) -> Option<i64> {
    let first = issuer.chain.first()?;
    first.left.map(|_| now + first.until)
}

/// When an event was last, as the API writes times.
fn last(event: &Value) -> &str {
    let times = ["/lastTimestamp", "/eventTime", "/series/lastObservedTime"];
    times.map(|pointer| text(event, pointer)).into_iter().max().unwrap_or_default()
}

/// What the last event since a change says. Pods that were started later have read the Secret when they were; and where the
/// certificate is older than they are, something else of the Secret has changed, unless they have taken another one since.
fn taken(events: &[Value], started: &str, change: Change<'_>, is_kept: bool) -> Option<Stuck> {
    const UPDATED: &str = "IssuerUpdated";
    let changed = change.at;
    let said = events.iter().filter_map(|event| {
        let (last, reason) = (last(event), text(event, "/reason"));
        let is_of_issuer = [UPDATED, "IssuerUpdateSkipped", "IssuerValidationFailed"].contains(&reason);
        (is_of_issuer && last >= changed.max(started)).then_some((last, reason, text(event, "/message")))
    });
    // Where one is left from before, what came later is not gone.
    let mut earlier = events.iter().map(|event| (last(event), text(event, "/reason")));
    let is_kept = is_kept || earlier.clone().any(|(last, _)| !last.is_empty() && last < changed);
    let has_taken = earlier.any(|(last, reason)| reason == UPDATED && (started..changed).contains(&last));
    let is_new = || {
        let start = started.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
        let since = change.begun.and_then(|begun| age(changed, begun)).map(|age| -age);
        change.begun.zip(start).is_some_and(|(begun, start)| begun > start)
            && since.is_some_and(|since| since <= change.backdated)
    };
    match said.max_by_key(|(last, ..)| *last) {
        Some((_, UPDATED, _)) => None,
        Some((.., message)) => Some(Stuck::Refused(message.to_owned())),
        None => (started < changed && is_kept && (has_taken || is_new())).then_some(Stuck::Missed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_certificate_that_is_being_made_is_not_late() {
        let now = "2026-01-01T01:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let ready = |status: &str, since: &str| json!({ "conditions": [{ "type": "Ready", "status": status, "lastTransitionTime": since, "message": "no signer" }] });
        assert_eq!(late(&ready("False", "2026-01-01T00:10:00Z"), now), Some("no signer".to_owned()));
        assert_eq!(late(&ready("False", "2026-01-01T00:55:00Z"), now), None);
        assert_eq!(late(&ready("True", "2026-01-01T00:10:00Z"), now), None);
        assert_eq!(late(&json!({ "renewalTime": "2026-01-01T02:00:00Z" }), now), None);
        let said = late(&json!({ "renewalTime": "2026-01-01T00:30:00Z" }), now).unwrap();
        assert_eq!(said, "it should have been renewed at 2026-01-01T00:30:00Z");
    }

    #[test]
    fn the_last_event_after_a_change_tells_whether_it_was_taken() {
        let changed = "2026-01-01T00:30:00Z";
        let event = |reason: &str, last: &str| json!({ "reason": reason, "message": "no root", "lastTimestamp": last });
        let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-01T00:31:30Z");
        let (before, after, later) = ("2026-01-01T00:29:00Z", "2026-01-01T00:31:00Z", "2026-01-01T00:32:00Z");
        let second = |moment: &str| Some(moment.parse::<jiff::Timestamp>().unwrap().as_second());
        let at = |begun: &str, backdated| Change {
            at: changed,
            begun: second(begun),
            backdated,
            is_thorough: false,
        };
        let (new, old) = (at(before, BACKDATED), at("2025-12-01T00:00:00Z", i64::MAX));
        let taken = |events: &[Value], started: &str, change| super::taken(events, started, change, true);
        let updated = event("IssuerUpdated", after);
        assert_eq!(taken(std::slice::from_ref(&updated), early, new), None);
        assert_eq!(taken(&[], late, new), None, "it read the Secret when it was started");
        assert_eq!(taken(&[], early, old), None, "something else of the Secret has changed");
        let others = [event("IssuerUpdated", before), event("Other", after)];
        assert_eq!(taken(&others, early, new), Some(Stuck::Missed));
        assert_eq!(taken(&others, early, old), Some(Stuck::Missed), "it takes one after the other");
        let made = |backdated| taken(&[], "2025-11-01T00:00:00Z", Change { backdated, ..old });
        assert_eq!(made(i64::MAX), Some(Stuck::Missed), "somebody brings what was made a month ago");
        assert_eq!(made(BACKDATED), None, "cert-manager does not");
        let long_ago = |events: &[Value]| super::taken(events, early, new, false);
        assert_eq!(long_ago(&[]), None, "nobody knows for how long events are kept");
        assert_eq!(long_ago(&[event("Other", before)]), Some(Stuck::Missed), "for so long");
        let refused = event("IssuerUpdateSkipped", later);
        assert_eq!(taken(&[updated, refused], early, new), Some(Stuck::Refused("no root".into())));
        let mended = event("IssuerUpdateSkipped", after);
        assert_eq!(taken(&[mended], late, new), None, "it was started again since");
    }
}
