//! A mirror that was made to select pods.

use crate::mesh::checks::Question;
use crate::verdict::{Finding, Remedy};

/// No service mirror gives one a selector, nor takes one away: Kubernetes then fills it with the pods there that have these labels.
pub(super) fn selecting(asked: &Question<'_>) -> Option<Finding> {
    let target = asked.target;
    let found = target.found_in(asked.seen).filter(|found| target.leads_there(found))?;
    if found.selector.is_empty() {
        return None;
    }
    let labels: Vec<String> = found.selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let labels = labels.join(",");
    let text = format!(
        "{} selects pods of {} ({labels}) and routes to them: a mirror must not have a selector",
        target.mirror, asked.consumer
    );
    let patch = r#"{"spec":{"selector":null}}"#;
    let words =
        ["--namespace", &target.key().namespace, "patch", "service", &target.mirror, "--patch", patch];
    let remedy = Remedy::run("remove its selector", asked.kubectl(&words));
    let finding = Finding::error("mirror-edited", &asked.both(), text, remedy);
    Some(finding.about(target.object()).seen("spec.selector", labels))
}
