//! The token with which the service mirror reads the exporter. Nothing shows in the cluster when it is refused: mirrors
//! stay as they are, and the controller still says that its gateway is alive.

use super::trust::in_words;
use super::{Pair, gateway, known};
use crate::mesh::export::{Wrong, link_anew, link_command, outlook};
use crate::mesh::machinery::Token;
use crate::mesh::network::{Cidr, host_of};
use crate::mesh::snapshot::{Belonging, Proof};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Finding, Ground, Remedy, Severity};

mod address;
mod discovery;
mod stored;
mod uninstalled;

pub(super) use discovery::discovery;
pub(super) use stored::{authority, reread, trust};

pub(super) fn token<'a>(asked: &'a Pair<'_>) -> Option<&'a Token> {
    asked.link_seen()?.token.as_ref()
}

/// The Link keeps its address, unless that is surely wrong.
fn renewed(asked: &Pair<'_>) -> Remedy {
    link_anew(asked.seen, (&asked.seen.exporter, asked.consumer), asked.link, wrong(asked))
}

fn wrong(asked: &Pair<'_>) -> Wrong {
    let is_lost = gateway::address(asked).is_some_and(|finding| finding.severity == Severity::Error);
    if is_lost { Wrong::Both } else { Wrong::Credentials }
}

/// There is nothing to make credentials of without the account and its Secret.
fn afresh(asked: &Pair<'_>, token: &Token) -> Remedy {
    let (account, namespace) = (&token.account, token.namespace.as_str());
    let is_gone = token.has_account == Observed::Absent;
    let what = if !is_gone && token.is_replaced {
        return renewed(asked);
    } else if !is_gone {
        format!("the Secret with the token of the account {account}")
    } else if token.remade.is_none() {
        format!("the account {account} and the Secret with its token")
    } else if token.has_secret == Observed::Absent {
        format!("the Secret with the token of the present account {account}")
    } else {
        return renewed(asked);
    };
    let see = asked.kubectl_there(&["--namespace", namespace, "get", "serviceaccounts,secrets"]);
    let anew = renewed(asked);
    let action = format!(
        "first restore {what} in namespace {namespace} of {} (the linkerd-multicluster chart creates what is missing; \
         `{see}` shows what exists); then {}",
        asked.seen.exporter, anew.action
    );
    Remedy { action, ..anew }
}

pub(super) fn expired(asked: &Pair<'_>) -> Option<Finding> {
    let seen = asked.link_seen()?;
    let by_token = token(asked).and_then(|token| token.left).map(|left| (left, "token", "exp of the token"));
    let by_certificate = || {
        seen.certified
            .map(|left| (left, "client certificate", "notAfter of users[].user.client-certificate-data"))
    };
    let (left, what, field) = by_token.or_else(by_certificate)?;
    let (name, exporter) = (&asked.link.name, &asked.seen.exporter);
    let finding = if left <= 0 {
        let text =
            format!("the {what} of the Link {name} has expired: its service mirror cannot read {exporter}");
        Finding::error("credentials-expired", &asked.both(), text, renewed(asked))
    } else if left < Token::SOON {
        let text = format!("the {what} of the Link {name} expires in {}", in_words(left));
        Finding::warning("credentials-expired", &asked.both(), text, renewed(asked))
    } else {
        return None;
    };
    let field = format!("{field} in secret/{}", asked.link.credentials);
    Some(finding.about(asked.the_link()).seen(field, format!("in {left} s")))
}

/// What became of the account of a token, or of its Secret.
fn lost(exporter: &ClusterName, token: &Token, account: &str) -> Option<String> {
    match (&token.has_account, &token.has_secret) {
        (Observed::Absent, _) => Some(token.remade.as_ref().map_or_else(
            || format!("the account {account} of its token no longer exists in {exporter}"),
            |at| {
                let at = if at.is_empty() { String::new() } else { format!(" at {at}") };
                format!(
                    "the account {account} of its token was recreated{at} in {exporter}, and the token belongs to the old \
                     one"
                )
            },
        )),
        (_, Observed::Absent) => {
            Some(format!("the Secret of its token, in {}, no longer exists in {exporter}", token.namespace))
        }
        (Observed::Present(()) | Observed::Unknown(_), Observed::Present(()) | Observed::Unknown(_)) => {
            let text = || format!("the Secret of its token, in {}, now holds another token in {exporter}", token.namespace);
            token.is_replaced.then(text)
        }
    }
}

pub(super) fn revoked(asked: &Pair<'_>) -> Option<Finding> {
    let token = token(asked)?;
    let account = format!("{}/{}", token.namespace, token.account);
    let what = lost(&asked.seen.exporter, token, &account)?;
    if let Some(finding) = uninstalled::uninstalled(asked, token) {
        return Some(finding);
    }
    let text =
        format!("the credentials of the Link {} are revoked ({what}): nothing is mirrored", asked.link.name);
    let remedy = afresh(asked, token);
    let finding = Finding::error("credentials-revoked", &asked.both(), text, remedy);
    let finding = finding.about(asked.the_link());
    let said = |name: &str| format!("{name} in the token of secret/{}", asked.link.credentials);
    Some(match (&token.has_account, &token.secret) {
        (Observed::Absent, _) => {
            let finding = finding.seen(said("kubernetes.io/serviceaccount/service-account.name and kubernetes.io/serviceaccount/service-account.uid"), &account);
            let finding = finding.seen(
                format!("metadata.uid of serviceaccount/{}", token.account),
                if token.remade.is_some() { "another one" } else { "another one, or none" },
            );
            let made = token.remade.iter().filter(|at| !at.is_empty());
            made.fold(finding, |finding, at| {
                finding.seen(format!("metadata.creationTimestamp of serviceaccount/{}", token.account), at)
            })
        }
        (_, Some(secret)) => {
            let finding = finding.seen(said("kubernetes.io/serviceaccount/secret.name"), secret);
            let kept = token.is_replaced.then(|| format!("data[token] of secret/{secret}"));
            kept.into_iter().fold(finding, |finding, field| finding.seen(field, "another token"))
        }
        (_, None) => finding,
    })
}

/// The server of the credentials, as the pods of the consumer would reach it. This machine may reach it all the same, so
/// that nothing else shows it.
pub(super) fn server(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "credentials-server";
    let seen = asked.link_seen()?;
    let server = seen.server.as_str();
    let trouble = seen.inside.map(address::inside).or_else(|| address::trouble(server));
    let trouble = trouble.filter(|trouble| !(trouble.is_of_the_node && is_on_host(asked)))?;
    let text = format!("the credentials of the Link {} point to {server}, {}", asked.link.name, trouble.why);
    let remedy = elsewhere(asked);
    let finding = if trouble.is_sure {
        Finding::error(CHECK, &asked.both(), text, remedy)
    } else {
        let said = Finding::warning(CHECK, &asked.both(), text, remedy);
        // Where mirrors come, somebody resolves it.
        let may_be_known = trouble.why == address::ANNOUNCED && is_followed(asked);
        if may_be_known { Finding { severity: Severity::Info, remedy: None, ..said } } else { said }
    };
    let field = format!("clusters[].cluster.server in secret/{}", asked.link.credentials);
    Some(barren(asked, finding).about(asked.the_link()).seen(field, server))
}

/// Whether all is mirrored that is asked for, as far as it can be looked at.
fn is_followed(asked: &Pair<'_>) -> bool {
    matches!(asked.seen.services, Observed::Present(_)) && !asked.is_barren()
}

/// What may go well, where it seems that it does not.
fn barren(asked: &Pair<'_>, finding: Finding) -> Finding {
    if asked.is_barren() { finding.on(Ground::Unmirrored) } else { finding }
}

fn elsewhere(asked: &Pair<'_>) -> Remedy {
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let action = format!(
        "regenerate them in {exporter}, apply them in {consumer}, and restart the controller of the Link {}{}; to generate \
         them, run this, with a HOST at which pods of {consumer} reach {exporter}",
        asked.link.name,
        outlook(asked.seen, (exporter, consumer), asked.link)
    );
    let more = ["--api-server-address", "https://HOST:PORT"];
    let command = link_command(asked.seen, (exporter, consumer), asked.link, (wrong(asked), &more));
    Remedy::run(action, command)
}

/// The port of that server; `None` where it is not known.
pub(super) fn server_port(asked: &Pair<'_>) -> Option<u16> {
    let (scheme, rest) = asked.link_seen()?.server.split_once("://")?;
    let authority = rest.split('/').next().unwrap_or_default();
    // A Service of the consumer, behind which the port may be another one.
    if authority.contains(".svc") {
        return None;
    }
    let number = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    number.or_else(|| (scheme == "https").then_some(443))
}

/// The address of that server, and whether it is certainly the exporter's: this run reaches the exporter by the same one, or it
/// is that of a node there. A name may mean something else to pods.
pub(super) fn server_address(asked: &Pair<'_>) -> Option<(Cidr, bool)> {
    let seen = asked.link_seen()?;
    let Belonging::Exporter(proof) = &seen.belonging else { return None };
    let (host, _) = host_of(&seen.server)?;
    // Pods of the extension there know the nodes where they are.
    let pods = asked.there().and_then(|there| known(&there.pods)).unwrap_or_default();
    let is_certain = *proof == Proof::SameServer || pods.iter().any(|pod| pod.host == host);
    Cidr::of_address(&host).filter(|_| address::trouble(&seen.server).is_none()).map(|one| (one, is_certain))
}

/// Whether the controller has, or may have, the network of its node.
fn is_on_host(asked: &Pair<'_>) -> bool {
    // No manifest has pods, and no chart puts the controller there.
    if asked.seen.written.contains(asked.consumer) {
        return false;
    }
    let Some(pods) = asked.here().and_then(|here| known(&here.pods)) else { return true };
    pods.iter().any(|pod| pod.is_on_host && super::controller::serves(&pod.labels, asked.link))
}
