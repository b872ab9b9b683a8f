//! The token with which the service mirror reads the exporter. Nothing shows in the cluster when it is refused: mirrors
//! stay as they are, and the controller still says that its gateway is alive.

use super::Question;
use crate::mesh::machinery::Token;
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy};

/// Below this many seconds an expiry is near: a week.
const SOON: i64 = 7 * 24 * 3600;

fn token<'a>(asked: &Question<'a>) -> Option<&'a Token> {
    let Observed::Present(links) = &asked.consumer.links else { return None };
    links.iter().find(|seen| seen.link == *asked.link)?.token.as_ref()
}

fn renew(asked: &Question<'_>) -> Remedy {
    Remedy::new(format!(
        "make the credentials anew with `linkerd multicluster link-gen` in {}, apply them in {}, and restart the \
         controller of the Link {}",
        asked.seen.exporter, asked.target.consumer, asked.link.name
    ))
}

pub(super) fn expired(asked: &Question<'_>) -> Option<Finding> {
    let left = token(asked)?.left?;
    let (name, exporter) = (&asked.link.name, &asked.seen.exporter);
    let finding = if left <= 0 {
        let text =
            format!("the token of the Link {name} has expired: its service mirror cannot read {exporter}");
        Finding::error("credentials-expired", &asked.both(), text, renew(asked))
    } else if left < SOON {
        let days = left / (24 * 3600);
        let text = format!("the token of the Link {name} expires in {days} days");
        Finding::warning("credentials-expired", &asked.both(), text, renew(asked))
    } else {
        return None;
    };
    Some(finding.about(asked.the_link()))
}

pub(super) fn revoked(asked: &Question<'_>) -> Option<Finding> {
    let token = token(asked)?;
    let exporter = &asked.seen.exporter;
    let account = format!("{}/{}", token.namespace, token.account);
    let what = match (&token.has_account, &token.has_secret) {
        (Observed::Absent, _) => format!("the account {account} of its token is not in {exporter} any more"),
        (_, Observed::Absent) => {
            format!("the Secret of its token, in {}, is not in {exporter} any more", token.namespace)
        }
        (Observed::Present(()) | Observed::Unknown(_), Observed::Present(()) | Observed::Unknown(_)) => {
            return None;
        }
    };
    let text =
        format!("the credentials of the Link {} are revoked ({what}): nothing is mirrored", asked.link.name);
    let finding = Finding::error("credentials-revoked", &asked.both(), text, renew(asked));
    Some(finding.about(asked.the_link()))
}
