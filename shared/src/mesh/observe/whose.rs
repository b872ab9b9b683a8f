//! Whose cluster the credentials of a Link lead to: by addresses and authorities, and by who knows the account of their token.

use super::super::belonging::{Credentials, Judged, Party, judge, judge_account};
use super::super::link::Link;
use super::super::machinery::{GatewayService, Token};
use super::super::names::GATEWAY_PORT;
use super::super::network::host_of;
use super::super::snapshot::{Belonging, EndpointsSeen, Inside, Proof};
use super::super::wire;
use super::bounded::listed;
use super::tokens::{self, Accounts};
use crate::cluster::{Account, Cluster, ClusterSet, Lead, Resource};
use crate::terms::{ClusterName, Observed, Obstacle, Scope};
use core::net::IpAddr;
use serde_json::Value;

/// Asks the exporter for the account of a token, unless the addresses tell that the Link leads elsewhere; and for whom pods there
/// take for the signers of their API server's certificate.
pub(super) async fn belonging(
    accounts: &Accounts<'_>,
    lead: Lead,
    (exporter, is_called_so): (&Party, bool),
    others: &[&Party],
) -> (Belonging, Option<Token>, Vec<Vec<u8>>) {
    let Lead { server, authority, account, .. } = lead;
    let credentials = Credentials { server, authority, names_account: account.is_some() };
    let judged = judge(&credentials, exporter, others);
    let Some(account) = account.filter(|_| judged != Judged::Elsewhere) else {
        let belonging = match judged {
            Judged::Exporter(proof) => Belonging::Exporter(proof),
            // Files may lack what would tell.
            Judged::Elsewhere if is_called_so && exporter.authority.is_empty() => {
                let what = "the certificate authority of the exporter".to_owned();
                Belonging::Unknown(Obstacle::NotInFiles { what })
            }
            Judged::AskAccount { .. } | Judged::Elsewhere => Belonging::Elsewhere,
        };
        return (belonging, None, Vec::new());
    };
    let held = accounts.account(&account);
    let (belonging, found, has_secret) = match judged {
        Judged::Exporter(proof) => {
            let (found, has_secret) = futures::join!(held, accounts.secret(&account));
            (Belonging::Exporter(proof), found, has_secret)
        }
        Judged::AskAccount { trusts_exporter_alone } => {
            // Likely its own: both are asked for at once, and each but once.
            let ahead = async { if is_called_so { Some(accounts.secret(&account).await) } else { None } };
            let (found, _) = futures::join!(held, ahead);
            let uid = found.clone().map(|found| found.uid);
            let belonging = judge_account(&account.uid, uid, trusts_exporter_alone && is_called_so);
            if belonging == Belonging::Elsewhere && is_called_so {
                return (stranger(accounts, &account), None, Vec::new());
            }
            if !matches!(belonging, Belonging::Exporter(_)) {
                return (belonging, None, Vec::new());
            }
            (belonging, found, accounts.secret(&account).await)
        }
        Judged::Elsewhere => return (Belonging::Elsewhere, None, Vec::new()),
    };
    let signers = tokens::signers(&has_secret);
    (belonging, Some(tokens::token(account, (found, has_secret), accounts.now())), signers)
}

/// What is said of an account that the exporter does not have, of a Link that is called like it.
fn stranger(accounts: &Accounts<'_>, account: &Account) -> Belonging {
    let name = format!("{}/{}", account.namespace, account.name);
    if accounts.are_known() {
        return Belonging::Stranger(name);
    }
    Belonging::Unasked(Obstacle::NotInFiles { what: format!("accounts, {name} among them") })
}

/// Whose a Link is of which nobody may read the credentials: who has its gateway, or is called like its target. Asked where a whole
/// fleet is looked at, and nothing is written; `None` where that tells nothing.
pub(super) async fn supposed(
    (set, cluster, parties): (&ClusterSet, &Cluster, &[(ClusterName, Party)]),
    link: &Link,
    obstacle: &Obstacle,
) -> Option<Belonging> {
    if !cluster.is_remembering() || !matches!(obstacle, Obstacle::Forbidden { .. }) {
        return None;
    }
    let others = parties.iter().map(|(name, _)| name).filter(|name| *name != cluster.name());
    let mut having = Vec::new();
    for name in others {
        let Ok(other) = set.cluster(name) else { continue };
        let place = Scope::namespace(Some(&link.namespace));
        let services = listed::<wire::WireService>(other, Resource::SERVICES, &place).await;
        let Observed::Present(services) = services else { continue };
        let gateways =
            services.into_iter().map(GatewayService::from).filter(|one| one.port(GATEWAY_PORT).is_some());
        let addresses: Vec<String> = gateways.flat_map(|one| one.addresses()).collect();
        if link.gateway_address.split(',').any(|said| addresses.iter().any(|one| one == said.trim())) {
            having.push(name);
        }
    }
    let is_called_so = link.target_cluster_name == set.primary.as_str();
    match (having.contains(&&set.primary), having.len()) {
        (true, 1) => Some(Belonging::Exporter(Proof::Name)),
        (true, _) | (false, 0) if is_called_so => Some(Belonging::Exporter(Proof::Name)),
        (true, _) | (false, 0) => None,
        (false, _) => Some(Belonging::Elsewhere),
    }
}

/// Whether credentials lead back to the cluster that they are in. It is asked for their account where they trust its authority
/// and no other one of this run; files, of which nobody knows the address, are asked in any case.
pub(super) async fn leads_home(
    cluster: &Cluster,
    lead: Lead,
    own: &Party,
    parties: &[(ClusterName, Party)],
) -> bool {
    let Lead { server, authority, account, .. } = lead;
    let credentials = Credentials { server, authority, names_account: account.is_some() };
    let others: Vec<&Party> =
        parties.iter().filter(|(name, _)| name != cluster.name()).map(|(_, party)| party).collect();
    let is_asked = match judge(&credentials, own, &others) {
        Judged::Exporter(proof) => return proof == Proof::SameServer,
        Judged::AskAccount { trusts_exporter_alone } => trusts_exporter_alone || cluster.archive().is_some(),
        Judged::Elsewhere => false,
    };
    let Some(account) = account.filter(|_| is_asked) else { return false };
    let found = tokens::account_of(cluster, &account.namespace, &account.name).await;
    judge_account(&account.uid, found.map(|found| found.uid), false)
        == Belonging::Exporter(Proof::SameAccount)
}

/// Whether credentials lead to an address that means something to pods of one cluster alone. Nobody asks where this run reaches the
/// exporter by the same one, or where it is a name.
pub(super) async fn inside(
    server: &str,
    belonging: &Belonging,
    (consumer, exporter): (&Cluster, Option<&Cluster>),
) -> Option<Inside> {
    let Belonging::Exporter(Proof::Name | Proof::SameAuthority | Proof::SameAccount) = belonging else {
        return None;
    };
    let host = host_of(server)?.0.parse::<IpAddr>().ok()?.to_string();
    let is_of = async |cluster: &Cluster| addresses(cluster).await.contains(&host);
    if is_of(consumer).await || is_served(consumer, &host, server).await {
        return Some(Inside::Consumer);
    }
    match exporter {
        Some(exporter) if is_of(exporter).await => Some(Inside::Exporter),
        Some(_) | None => None,
    }
}

/// Whether the API server of a cluster itself answers there, where a whole fleet is looked at.
async fn is_served(cluster: &Cluster, host: &str, server: &str) -> bool {
    if !cluster.is_remembering() {
        return false;
    }
    let place = Scope::object("default", "kubernetes");
    let found = listed::<wire::Endpoints>(cluster, Resource::ENDPOINTS, &place).await;
    let Observed::Present(found) = found else { return false };
    found.into_iter().map(EndpointsSeen::from).any(|own| {
        let is_at = |(_, port): &(String, u16)| server.trim_end_matches('/').ends_with(&format!(":{port}"));
        own.addresses.contains(host) && own.ports.iter().any(is_at)
    })
}

/// Where pods of a cluster find its API server.
async fn addresses(cluster: &Cluster) -> Vec<String> {
    let found =
        listed::<wire::Plain>(cluster, Resource::SERVICES, &Scope::object("default", "kubernetes")).await;
    let Observed::Present(found) = found else { return Vec::new() };
    let all = found
        .iter()
        .flat_map(|one| one.spec.get("clusterIPs").and_then(Value::as_array).into_iter().flatten());
    let first = found.iter().filter_map(|one| one.spec.get("clusterIP"));
    all.chain(first).filter_map(|one| Some(one.as_str()?.to_owned())).collect()
}
