//! Looks at who signs for the proxies of a cluster, and at what became of its last change.

use super::super::machinery::{Issuer, Pod, Stuck};
use super::super::names::{CONTROL_PLANE, IDENTITY, ISSUER};
use super::super::wire::{self, WireIssuer, WirePod};
use super::bounded::{listed, one};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde_json::Value;

const CERTIFICATES: Resource = Resource { group: "cert-manager.io", version: "v1", plural: "certificates" };
/// So long a Certificate may be made anew.
const MAKING: i64 = 600;
/// A certificate is made for the change that brings it, or is dated so long before it.
const BACKDATED: i64 = 2 * 3600;
/// A Secret comes to its pods after so long at most; ...
const COMING: i64 = 180;
/// ... and events are kept for an hour, so that none says nothing after that.
const KEPT: i64 = 3300;

/// Many may not read that Secret: what it would tell is known in part without it.
pub(super) async fn look(cluster: &Cluster) -> Observed<Issuer> {
    let now = cluster.now().as_second();
    let found = match one::<WireIssuer>(cluster, Resource::SECRETS, ISSUER).await {
        Observed::Present(found) => found,
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    let (certificate, changed) = (found.certificate(), found.changed());
    let Some(issuer) = found.read(now) else { return Observed::Absent };
    let unready = match certificate {
        Some(name) => unready(cluster, &name, now).await,
        None => Ok(None),
    };
    let (stuck, hidden) = match unready {
        Ok(Some(stuck)) => (Some(stuck), None),
        rest => {
            let (stuck, hidden) = known(unused(cluster, (&changed, begun(&issuer, now)), now).await);
            (stuck, rest.err().or(hidden))
        }
    };
    let hidden = hidden.filter(|_| stuck.is_none());
    Observed::Present(Issuer { stuck, hidden, ..issuer })
}

/// What is known, and what hides it else.
fn known(answer: Result<Option<Stuck>, Obstacle>) -> (Option<Stuck>, Option<Obstacle>) {
    match answer {
        Ok(stuck) => (stuck, None),
        Err(obstacle) => (None, Some(obstacle)),
    }
}

/// Since when a moment is, in seconds.
fn age(moment: &str, now: i64) -> Option<i64> {
    Some(now - moment.parse::<jiff::Timestamp>().ok()?.as_second())
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
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
    let is_long = |moment: &str| age(moment, now).is_some_and(|age| age > MAKING);
    let conditions = status.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let ready = conditions.into_iter().find(|one| text(one, "/type") == "Ready");
    let unready =
        ready.filter(|one| text(one, "/status") == "False" && is_long(text(one, "/lastTransitionTime")));
    let due = text(status, "/renewalTime");
    let overdue = || is_long(due).then(|| format!("it should have been renewed at {due}"));
    unready.map(|one| text(one, "/message").to_owned()).or_else(overdue)
}

/// Whether the identity controller has taken what the Secret holds since its last change.
async fn unused(
    cluster: &Cluster,
    (changed, begun): (&str, Option<i64>),
    now: i64,
) -> Result<Option<Stuck>, Obstacle> {
    if !age(changed, now).is_some_and(|age| (COMING..KEPT).contains(&age)) {
        return Ok(None);
    }
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
    Ok(taken(&events.unwrap_or_default(), &started, (changed, begun)))
}

/// From when on the certificate is good, in seconds.
fn begun(issuer: &Issuer, now: i64) -> Option<i64> {
    let first = issuer.chain.first()?;
    first.left.map(|_| now + first.until)
}

/// What the last event since a change says. Pods that were started later have read the Secret when they were; and where the
/// certificate is older than they are, something else of the Secret has changed.
fn taken(events: &[Value], started: &str, (changed, begun): (&str, Option<i64>)) -> Option<Stuck> {
    let said = events.iter().filter_map(|event| {
        let reason = text(event, "/reason");
        let is_of_issuer =
            ["IssuerUpdated", "IssuerUpdateSkipped", "IssuerValidationFailed"].contains(&reason);
        let times = ["/lastTimestamp", "/eventTime", "/series/lastObservedTime"];
        let last = times.map(|pointer| text(event, pointer)).into_iter().max().unwrap_or_default();
        (is_of_issuer && last >= changed.max(started)).then_some((last, reason, text(event, "/message")))
    });
    let is_new = || {
        let start = started.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
        let since = begun.and_then(|begun| age(changed, begun)).map(|age| -age);
        started < changed
            && begun.zip(start).is_some_and(|(begun, start)| begun > start)
            && since.is_some_and(|since| since <= BACKDATED)
    };
    match said.max_by_key(|(last, ..)| *last) {
        Some((_, "IssuerUpdated", _)) => None,
        Some((.., message)) => Some(Stuck::Refused(message.to_owned())),
        None => is_new().then_some(Stuck::Missed),
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
        let (new, old) = ((changed, second(before)), (changed, second("2025-12-01T00:00:00Z")));
        let updated = event("IssuerUpdated", after);
        assert_eq!(taken(std::slice::from_ref(&updated), early, new), None);
        assert_eq!(taken(&[], late, new), None, "it read the Secret when it was started");
        assert_eq!(taken(&[], early, old), None, "something else of the Secret has changed");
        let others = [event("IssuerUpdated", before), event("Other", after)];
        assert_eq!(taken(&others, early, new), Some(Stuck::Missed));
        let refused = event("IssuerUpdateSkipped", later);
        assert_eq!(taken(&[updated, refused], early, new), Some(Stuck::Refused("no root".into())));
        let mended = event("IssuerUpdateSkipped", after);
        assert_eq!(taken(&[mended], late, new), None, "it was started again since");
    }
}
