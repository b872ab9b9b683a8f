//! Jobs and `CronJobs`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number, or};
use super::template::{CONTAINERS, IMAGES, SELECTOR, containers, own, selector};
use crate::object::{is_going, list, name, text};

pub(super) const JOB: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Status", "Whether the job is done."),
        Heading::text("Completions", "How many pods have done their work, of how many that must."),
        Heading::text("Duration", "How long it has taken so far, or took."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ],
    cells: |job, now| {
        let [names, images] = containers(own(job));
        let age = json!(age::of(job, now));
        let chosen = json!(selector(job.pointer("/spec/selector")));
        let cells =
            [json!(name(job)), json!(status(job)), json!(completions(job)), json!(duration(job, now))];
        cells.into_iter().chain([age, names, images, chosen]).collect()
    },
};

pub(super) const CRON_JOB: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Schedule", "When its jobs start."),
        Heading::text("Timezone", "The time zone of the schedule."),
        Heading::boolean("Suspend", "Whether no more jobs start."),
        Heading::integer("Active", "How many of its jobs run."),
        Heading::text("Last Schedule", "How long ago the last job was started."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ],
    cells: cron_job,
};

/// What a job has come to, by its conditions; the first one that holds is shown.
fn status(job: &Value) -> &'static str {
    let holds = |kind: &str| {
        let mut conditions = list(job, "/status/conditions").iter();
        conditions.find(|one| text(one, "/type") == kind).is_some_and(|one| text(one, "/status") == "True")
    };
    let ended = [("Complete", "Complete"), ("Failed", "Failed")];
    let on_the_way = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];
    match ended.into_iter().find(|(kind, _)| holds(kind)) {
        Some((_, word)) => word,
        None if is_going(job) => "Terminating",
        None => on_the_way.into_iter().find(|kind| holds(kind)).unwrap_or("Running"),
    }
}

fn completions(job: &Value) -> String {
    let done = number(job, "/status/succeeded");
    match job.pointer("/spec/completions").and_then(Value::as_i64) {
        Some(wanted) => format!("{done}/{wanted}"),
        None => match number(job, "/spec/parallelism") {
            ..=1 => format!("{done}/1"),
            many => format!("{done}/1 of {many}"),
        },
    }
}

fn duration(job: &Value, now: Timestamp) -> String {
    let (start, end) = (text(job, "/status/startTime"), text(job, "/status/completionTime"));
    if start.is_empty() { String::new() } else { age::elapsed(start, end.parse().unwrap_or(now)) }
}

fn cron_job(job: &Value, now: Timestamp) -> Vec<Value> {
    let spec = job.pointer("/spec/jobTemplate/spec");
    let [names, images] = containers(spec.and_then(|spec| spec.get("template")).unwrap_or(&Value::Null));
    let suspended = job.pointer("/spec/suspend") == Some(&Value::Bool(true));
    let last = text(job, "/status/lastScheduleTime");
    vec![
        json!(name(job)),
        json!(text(job, "/spec/schedule")),
        json!(or(text(job, "/spec/timeZone"), "<none>")),
        json!(if suspended { "True" } else { "False" }),
        json!(list(job, "/status/active").len()),
        json!(if last.is_empty() { "<none>".to_owned() } else { age::elapsed(last, now) }),
        json!(age::of(job, now)),
        names,
        images,
        json!(selector(spec.and_then(|spec| spec.get("selector")))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:05:00Z".parse().unwrap()
    }

    fn job(spec: &Value, status: &Value) -> Value {
        let metadata = json!({ "name": "once", "creationTimestamp": "2026-01-01T00:00:00Z" });
        json!({ "metadata": metadata, "spec": spec, "status": status })
    }

    #[test]
    fn a_job_shows_its_end_and_how_long_it_took() {
        let status = json!({
            "succeeded": 2, "startTime": "2026-01-01T00:01:00Z", "completionTime": "2026-01-01T00:01:30Z",
            "conditions": [{ "type": "Complete", "status": "True" }],
        });
        let containers = json!([{ "name": "work", "image": "work:1" }]);
        let spec = json!({ "completions": 3, "template": { "spec": { "containers": containers } } });
        let expected = json!(["once", "Complete", "2/3", "30s", "5m", "work", "work:1", "<none>"]);
        assert_eq!(json!((JOB.cells)(&job(&spec, &status), now())), expected);
    }

    #[test]
    fn a_job_is_what_its_first_condition_says() {
        let of =
            |conditions: Value| status(&job(&json!({}), &json!({ "conditions": conditions }))).to_owned();
        assert_eq!(of(json!([])), "Running");
        assert_eq!(of(json!([{ "type": "Failed", "status": "True" }])), "Failed");
        assert_eq!(of(json!([{ "type": "Complete", "status": "False" }])), "Running");
        assert_eq!(of(json!([{ "type": "Suspended", "status": "True" }])), "Suspended");
        assert_eq!(
            status(&json!({ "metadata": { "deletionTimestamp": "2026-01-01T00:00:00Z" } })),
            "Terminating"
        );
    }

    #[test]
    fn a_job_without_a_number_wants_one_pod_of_many() {
        let spec = |parallelism: i64| json!({ "parallelism": parallelism });
        assert_eq!(completions(&job(&spec(1), &json!({}))), "0/1");
        assert_eq!(completions(&job(&spec(4), &json!({ "succeeded": 1 }))), "1/1 of 4");
        assert_eq!(duration(&job(&json!({}), &json!({ "startTime": "2026-01-01T00:04:00Z" })), now()), "60s");
    }

    #[test]
    fn a_cron_job_shows_when_it_works() {
        let containers = json!([{ "name": "work", "image": "work:1" }]);
        let template = json!({ "spec": { "template": { "spec": { "containers": containers } } } });
        let spec = json!({ "schedule": "0 3 * * *", "suspend": true, "jobTemplate": template });
        let status = json!({ "active": [{}], "lastScheduleTime": "2026-01-01T00:03:00Z" });
        let expected =
            json!(["once", "0 3 * * *", "<none>", "True", 1, "2m", "5m", "work", "work:1", "<none>"]);
        assert_eq!(json!(cron_job(&job(&spec, &status), now())), expected);
        assert_eq!(json!(cron_job(&job(&json!({}), &json!({})), now()))[5], "<none>");
    }
}
