//! An exporter from which the multicluster extension was taken away, and a Link that still leads there: the account of its
//! credentials, the gateway and all else went with the namespace.

use super::super::Pair;
use crate::mesh::export::{linkerd, outlook};
use crate::mesh::machinery::{Lost, Token};
use crate::mesh::names::EXTENSION;
use crate::terms::Observed;
use crate::verdict::{Finding, Ground, Remedy};

/// What is wrong where nothing of it is left; nothing where only the credentials are revoked.
pub(super) fn uninstalled(asked: &Pair<'_>, token: &Token) -> Option<Finding> {
    let (there, exporter) = (asked.there()?, &asked.seen.exporter);
    let is_of_it = token.has_account == Observed::Absent && token.namespace == there.namespace;
    if !is_of_it {
        return None;
    }
    let what = match there.lost {
        Lost::Extension => format!("{EXTENSION} is gone from {exporter}"),
        Lost::Linkerd => format!("{exporter} has neither Linkerd nor {EXTENSION}"),
        Lost::Nothing | Lost::ControlPlane => return None,
    };
    let (name, namespace) = (&asked.link.name, &there.namespace);
    let text = format!(
        "{what}, but the Link {name} of {} still points there: namespace {namespace} has neither the account of its \
         credentials nor a gateway, so nothing is mirrored",
        asked.consumer
    );
    let finding = Finding::error("credentials-revoked", &asked.both(), text, again(asked, there.lost));
    let finding = finding.about(asked.the_link()).on(Ground::Extension);
    let field = "kubernetes.io/serviceaccount/service-account.name in the token of secret/";
    let finding = finding
        .seen(format!("{field}{}", asked.link.credentials), format!("{}/{}", token.namespace, token.account));
    Some(
        finding
            .seen(format!("Services, Deployments and pods of namespace {namespace} in {exporter}"), "<none>"),
    )
}

/// It is wanted again, or the Link is not wanted any more.
fn again(asked: &Pair<'_>, lost: Lost) -> Remedy {
    let exporter = &asked.seen.exporter;
    let object = format!("links.multicluster.linkerd.io/{}", asked.link.name);
    let delete = asked.kubectl(&["--namespace", &asked.link.namespace, "delete", &object]);
    let first = if lost == Lost::Linkerd { "Linkerd there first, then " } else { "" };
    let action = format!(
        "if {exporter} is no longer to be mirrored, delete the Link with `{delete}`; otherwise install {first}{EXTENSION} in \
         {exporter} again, recreate the Link, and restart its controller{}; to install {EXTENSION}, run",
        outlook(asked.seen, (exporter, asked.consumer), asked.link)
    );
    let install = linkerd(asked.seen, exporter, &["multicluster", "install"]);
    Remedy::run(action, format!("{install} | {}", asked.kubectl_there(&["apply", "-f", "-"])))
}
