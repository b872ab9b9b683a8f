//! A gateway that serves, and will not for long.

use super::{ENABLED, Gateway};
use crate::mesh::checks::Pair;
use crate::terms::Kind;
use crate::verdict::{Finding, Remedy};

/// Its Service is being deleted, or the account of its pods is gone.
pub(super) fn going(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let (exporter, there, service) = (&asked.seen.exporter, gateway.there, gateway.service);
    if !service.ending.is_empty() {
        let text = format!(
            "the Service {} of the gateway of {exporter} is being deleted: its address goes with it, and nobody comes in then",
            service.name
        );
        let action = format!(
            "once it is gone, install linkerd-multicluster in {exporter} again, with {ENABLED} in its Helm values, and make the \
             Links anew where its address is another one then; to see what keeps it, run"
        );
        let remedy = Remedy::run(action, gateway.describe(asked));
        let finding = Finding::warning("gateway-up", &[exporter], text, remedy).about(gateway.object(asked));
        return Some(finding.seen("metadata.deletionTimestamp", &service.ending));
    }
    let account = there.going.iter().find(|one| one.kind == Kind::ServiceAccount)?;
    let text = format!(
        "the ServiceAccount {} of the gateway of {exporter} is not there: its pods are not made anew when they end, and those that \
         run get no new certificate within a day",
        account.name
    );
    let words = ["--namespace", &there.namespace, "create", "serviceaccount", &account.name];
    let action =
        "make it again, as linkerd-multicluster has it, and restart the gateway after that; to make it, run";
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-up", &[exporter], text, remedy).about(account.clone());
    Some(finding.seen("spec.serviceAccountName of its pods", &account.name))
}
