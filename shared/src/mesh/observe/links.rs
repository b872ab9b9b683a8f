//! Links of all clusters and the cluster that each leads to.

use super::super::belonging::Party;
use super::super::certificate::Certificate;
use super::super::link::{GROUP, Link, TOGETHER, VERSIONS, refused};
use super::super::machinery::Token;
use super::super::snapshot::{Belonging, LinkSeen, Proof};
use super::super::wire;
use super::status::refusals;
use super::tokens::{self, Accounts};
use super::trusting::{trusted, trusting};
use super::whose::{belonging, inside, leads_home, supposed};
use crate::cluster::{Archive, Cluster, ClusterSet, Lead, Reach, Resource, Shape, leads_to};
use crate::terms::{ClusterName, Observed, Obstacle, Part, PerCluster, Scope, is_later_by};

/// Within so many seconds a service mirror has written what its Link says: its repair comes every minute.
const REPAIRED: i64 = 120;

/// The Links of every cluster but the exporter; Links of the exporter lead away from it.
pub(super) async fn all(set: &ClusterSet) -> PerCluster<Observed<Vec<LinkSeen>>> {
    let parties = parties(set).await;
    let accounts = set.cluster(&set.primary).ok().map(Accounts::of);
    let home = Home { set, parties: &parties, accounts: accounts.as_ref() };
    set.each(async |cluster| {
        if cluster.name() == &set.primary {
            return Observed::Absent;
        }
        of_cluster(cluster, &home).await
    })
    .await
}

/// What Links are compared with.
struct Home<'a, 'b> {
    set: &'a ClusterSet,
    parties: &'a [(ClusterName, Party)],
    /// Of the exporter, where that can be asked.
    accounts: Option<&'a Accounts<'b>>,
}

/// What is known of each cluster that can be reached.
pub(super) async fn parties(set: &ClusterSet) -> Vec<(ClusterName, Party)> {
    let mut parties = Vec::new();
    for (name, reach) in set.iter() {
        if let Reach::Connected { cluster, .. } = reach {
            let (server, authority) = (cluster.server().await, cluster.certificate_authority().await);
            parties.push((name.clone(), Party { server, authority }));
        }
    }
    parties
}

async fn of_cluster(cluster: &Cluster, home: &Home<'_, '_>) -> Observed<Vec<LinkSeen>> {
    let (version, listed) = match listed(cluster).await {
        Observed::Present(listed) => listed,
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    let links = listed.into_iter().map(|found| {
        let mut link = Link::read(&found.metadata.namespace, &found.metadata.name, &found.spec);
        if cluster.archive().is_some_and(Archive::is_of_manifests) {
            link.problems.extend(refused(&found.spec));
        }
        let written = found.metadata.written(Part::Spec);
        let created = found.metadata.creation_timestamp.unwrap_or_default();
        (Link { version: version.to_owned(), created, ..link }, written, refusals(&found.status))
    });
    let looks = links.map(async |(link, written, refused)| {
        let mut seen = seen(cluster, link, home).await;
        let at = written.parse::<jiff::Timestamp>().ok();
        let age = at.map(|at| cluster.now().duration_since(at).as_secs());
        seen.is_fresh = age.is_some_and(|age| age < REPAIRED);
        // A controller reads the Secret when its Link changes, and who writes both writes them together.
        if !is_later_by(TOGETHER, &seen.changed, &written) {
            seen.changed.clear();
        }
        LinkSeen { refused, ..seen }
    });
    Observed::Present(futures::future::join_all(looks).await)
}

/// The newest version that is served; a Link that is being deleted keeps nothing any more.
pub(super) async fn listed(cluster: &Cluster) -> Observed<(&'static str, Vec<wire::Plain>)> {
    let mut not_served = Observed::Absent;
    for version in VERSIONS {
        let resource = Resource { group: GROUP, version, plural: "links" };
        let listed = cluster.list::<wire::Plain>(resource, &Scope::default(), Shape::Full).await;
        if let Observed::Unknown(Obstacle::NotServed { api }) = listed {
            not_served = Observed::Unknown(Obstacle::NotServed { api });
            continue;
        }
        return listed.map(|mut listed| {
            listed.items.retain(|link| link.metadata.deletion_timestamp.is_none());
            (version, listed.items)
        });
    }
    super::lost::links(cluster).map_or(not_served, Observed::Present)
}

async fn seen(cluster: &Cluster, link: Link, home: &Home<'_, '_>) -> LinkSeen {
    let Home { set, parties, accounts } = *home;
    let written = super::marks::written(set);
    if written.contains(cluster.name()) || written.contains(&set.primary) {
        return by_name(cluster, link, &set.primary).await;
    }
    let (lead, changed) = match lead(cluster, &link).await {
        Ok(lead) => lead,
        Err(obstacle) => {
            let belonging = supposed((set, cluster, parties), &link, &obstacle).await;
            let hidden = belonging.as_ref().map(|_| obstacle.clone());
            let belonging = belonging.unwrap_or(Belonging::Unknown(obstacle));
            return LinkSeen { hidden, ..LinkSeen::alone(link, belonging) };
        }
    };
    let server = lead.server.clone();
    let exporter = &set.primary;
    let (Some((_, party)), Some(accounts)) = (parties.iter().find(|(name, _)| name == exporter), accounts)
    else {
        let cause = format!("{exporter} is unreachable");
        let belonging = Belonging::Unknown(Obstacle::Unreachable { cause });
        return LinkSeen { server, ..LinkSeen::alone(link, belonging) };
    };
    let others: Vec<&Party> =
        parties.iter().filter(|(name, _)| name != exporter).map(|(_, party)| party).collect();
    let now = cluster.now().as_second();
    let certified = certified(&lead, now);
    let is_called_so = link.target_cluster_name == exporter.as_str();
    let own = parties.iter().find(|(name, _)| name == cluster.name()).map(|(_, party)| party);
    let away = lead.clone();
    let (belonging, token, signers) = belonging(accounts, lead, (party, is_called_so), &others).await;
    let trusting = trusting(&away, party, (&signers, now));
    let belonging = match own.filter(|_| belonging.leads_away()) {
        Some(own) if leads_home(cluster, away, own, parties).await => Belonging::Itself,
        Some(_) | None => belonging,
    };
    let there = set.cluster(exporter).ok();
    let inside = inside(&server, &belonging, (cluster, there)).await;
    LinkSeen { server, inside, trusting, changed, token, certified, ..LinkSeen::alone(link, belonging) }
}

/// Manifests lack what would prove whose a Link is: credentials are made elsewhere or encrypted, and nobody is there to be
/// asked for an account. There a Link leads to the cluster that has the name of its target.
async fn by_name(cluster: &Cluster, link: Link, exporter: &ClusterName) -> LinkSeen {
    let is_meant = link.target_cluster_name == exporter.as_str();
    let belonging = if is_meant { Belonging::Exporter(Proof::Name) } else { Belonging::Elsewhere };
    let seen = LinkSeen::alone(link, belonging);
    let Ok((lead, _)) = lead(cluster, &seen.link).await else { return seen };
    let now = cluster.now().as_second();
    let (trusting, certified) = (trusted(&lead, now), certified(&lead, now).filter(|_| is_meant));
    let unasked = || Obstacle::NotInFiles { what: "whose account a token is".to_owned() };
    let token = lead.account.filter(|_| is_meant).map(|account| {
        let nobody = (Observed::Unknown(unasked()), Observed::Unknown(unasked()));
        tokens::token(account, nobody, now)
    });
    LinkSeen { server: lead.server, trusting, token, certified, ..seen }
}

/// For how long its certificate is good, where that ends soon.
fn certified(lead: &Lead, now: i64) -> Option<i64> {
    let left = Certificate::read(lead.certificate.clone()?, now).left?;
    (left < Token::SOON).then_some(left)
}

/// Where the credentials of a Link lead to, and when they were last changed.
pub(super) async fn lead(cluster: &Cluster, link: &Link) -> Result<(Lead, String), Obstacle> {
    let what = || format!("secret {}/{}", link.namespace, link.credentials);
    let malformed = |cause: &str| Obstacle::Malformed { what: what(), cause: cause.to_owned() };
    if link.credentials.is_empty() {
        return Err(malformed("the Link names none in spec.clusterCredentialsSecret"));
    }
    let secret =
        cluster.get::<wire::Secret>(Resource::SECRETS, Some(&link.namespace), &link.credentials).await;
    let secret = secret.known()?.ok_or_else(|| malformed("it does not exist"))?;
    let changed = secret.metadata.written(Part::Data);
    let data = secret.data.unwrap_or_default();
    let encoded = data.get("kubeconfig").ok_or_else(|| malformed("it has no key `kubeconfig`"))?;
    Ok((leads_to(encoded).map_err(|cause| malformed(&cause))?, changed))
}
