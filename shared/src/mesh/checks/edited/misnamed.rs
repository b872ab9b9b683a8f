//! Endpoints of which proxies ask the gateway for something else.

use super::{Question, the_endpoints};
use crate::mesh::names::REMOTE_NAME;
use crate::mesh::snapshot::EndpointsSeen;
use crate::verdict::{Finding, Remedy};

/// A gateway leads to what it is asked for. A service mirror writes that once, and leaves it when it writes the addresses anew.
pub(super) fn misnamed(asked: &Question<'_>, ends: &EndpointsSeen) -> Option<Finding> {
    let said = ends.named.as_ref().filter(|_| ends.identity.is_some())?;
    let (target, link) = (asked.target, asked.link);
    let wanted = format!("{}.{}.svc.{}", target.exported.name, target.exported.namespace, link.target_domain);
    let what = if said.is_empty() {
        "do not say what the gateway is to be asked for, so that it is asked for the mirror, which it does not know".to_owned()
    } else {
        format!("have the gateway asked for {said}, and are those of {wanted}")
    };
    let text = format!("the endpoints of {} {what}: somebody has changed them", target.mirror);
    let (object, value) = (format!("endpoints/{}", target.mirror), format!("{REMOTE_NAME}={wanted}"));
    let words = ["--namespace", &target.key().namespace, "annotate", "--overwrite", &object, &value];
    let remedy = Remedy::run("have them say it again; for that, run", asked.kubectl(&words));
    let finding = Finding::error("mirror-address", &asked.both(), text, remedy).about(the_endpoints(asked));
    Some(finding.seen(format!("metadata.annotations[{REMOTE_NAME}]"), said))
}
