//! Events: the only table that does not begin with the name.
//!
//! Reporters of two generations fill in different fields: the older ones a first time, a last time and a
//! count, the newer ones one time and perhaps a series. Either way a user wants to read when it happened
//! last.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{Heading, Layout, NAME, number, or};
use crate::object::{name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        Heading::text("Last Seen", "How long ago this happened for the last time."),
        Heading::text("Type", "Normal, or a Warning."),
        Heading::text("Reason", "What happened, in one word."),
        Heading::text("Object", "What it happened to."),
        Heading::text("Subobject", "The part of the object it happened to.").wide(),
        Heading::text("Source", "Who reports it, and from where.").wide(),
        Heading::text("Message", "What happened, for a reader."),
        Heading::text("First Seen", "How long ago this happened for the first time.").wide(),
        Heading::text("Count", "How many times this happened.").wide(),
        NAME.wide(),
    ],
    cells,
};

fn cells(event: &Value, now: Timestamp) -> Vec<Value> {
    // Newer reporters leave the first and last times out, and fill in one time and perhaps a series.
    let first = or(text(event, "/firstTimestamp"), text(event, "/eventTime"));
    let series = event.get("series").filter(|series| series.is_object());
    let (last, count) = match series {
        Some(series) => (text(series, "/lastObservedTime"), number(series, "/count")),
        None => (or(text(event, "/lastTimestamp"), first), number(event, "/count").max(1)),
    };
    vec![
        json!(age::elapsed(last, now)),
        json!(text(event, "/type")),
        json!(text(event, "/reason")),
        json!(target(event)),
        json!(text(event, "/involvedObject/fieldPath")),
        json!(source(event)),
        json!(text(event, "/message").trim()),
        json!(age::elapsed(first, now)),
        json!(count),
        json!(name(event)),
    ]
}

fn target(event: &Value) -> String {
    let kind = text(event, "/involvedObject/kind").to_lowercase();
    match text(event, "/involvedObject/name") {
        "" => kind,
        name => format!("{kind}/{name}"),
    }
}

fn source(event: &Value) -> String {
    let component = or(text(event, "/source/component"), text(event, "/reportingComponent"));
    match or(text(event, "/source/host"), text(event, "/reportingInstance")) {
        "" => component.to_owned(),
        place => format!("{component}, {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(event: &Value) -> Value {
        json!(cells(event, "2026-01-01T01:00:00Z".parse().unwrap()))
    }

    #[test]
    fn an_event_says_when_what_and_to_which_object() {
        let event = json!({
            "metadata": { "name": "web-1.17f" }, "type": "Warning", "reason": "BackOff", "count": 7,
            "message": "Back-off restarting failed container\n",
            "involvedObject": { "kind": "Pod", "name": "web-1", "fieldPath": "spec.containers{web}" },
            "source": { "component": "kubelet", "host": "node-1" },
            "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:59:30Z",
        });
        let expected = json!([
            "30s",
            "Warning",
            "BackOff",
            "pod/web-1",
            "spec.containers{web}",
            "kubelet, node-1",
            "Back-off restarting failed container",
            "60m",
            7,
            "web-1.17f"
        ]);
        assert_eq!(row(&event), expected);
    }

    #[test]
    fn an_event_of_the_newer_kind_happened_once_at_its_time() {
        let event = json!({
            "eventTime": "2026-01-01T00:58:00.123456Z", "firstTimestamp": null, "lastTimestamp": null,
            "reportingComponent": "service-mirror", "involvedObject": { "kind": "Node" },
        });
        let row = row(&event);
        assert_eq!((&row[0], &row[7], &row[8]), (&json!("119s"), &json!("119s"), &json!(1)));
        assert_eq!((&row[3], &row[5]), (&json!("node"), &json!("service-mirror")));
    }

    #[test]
    fn a_series_says_how_often_and_when_last() {
        let event = json!({
            "eventTime": "2026-01-01T00:00:00Z",
            "series": { "count": 4, "lastObservedTime": "2026-01-01T00:59:50.000000Z" },
        });
        let row = row(&event);
        assert_eq!((&row[0], &row[7], &row[8]), (&json!("10s"), &json!("60m"), &json!(4)));
    }

    #[test]
    fn an_event_without_times_was_seen_at_an_unknown_time() {
        assert_eq!(row(&json!({}))[0], "<unknown>");
    }
}
