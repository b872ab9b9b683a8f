//! A service mirror that has lost its labels alone: its last argument is the Link. Its pods keep theirs, so that it may work.

use super::gone::usual;
use super::{COMPONENT, Pair, known, labels_of, names, nothing, the};
use crate::verdict::{Finding, Remedy};

pub(super) fn unlabelled(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "controller-running";
    let (link, name) = (asked.link, usual(asked));
    let mut all = known(&asked.here()?.deployments)?.iter();
    let own = all.find(|one| one.name == name && one.arguments.last() == Some(&link.name))?;
    let (object, of) = (format!("deployment/{name}"), format!("{}={}", names::CLUSTER_NAME, link.name));
    let component = format!("{COMPONENT}=controller");
    let words = ["--namespace", &link.namespace, "label", "--overwrite", &object, &component, &of];
    let command = asked.kubectl(&words);
    let finding = if own.available > 0 {
        let text = format!(
            "{name} serves the Link {} but lacks the labels that identify a service mirror, as for `linkerd multicluster \
             check`",
            link.name
        );
        let remedy = Remedy::run("restore them; for that, run", command);
        Finding::warning(CHECK, &asked.both(), text, remedy).about(the(asked, own))
    } else {
        let action = format!("{name} is its service mirror but lost its labels: restore them; for that, run");
        let remedy = Remedy::run(action, command);
        Finding::error(CHECK, &asked.both(), nothing(asked), remedy).about(asked.the_link())
    };
    Some(labels_of(finding, own))
}
