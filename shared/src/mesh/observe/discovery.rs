//! What a consumer's control plane knows of the exporter: mirrors that go past the gateway, and federated Services, are
//! resolved by it, with credentials of its own. Looked at only where there is such a mirror, or is to be one.

use super::super::link::Way;
use super::super::machinery::{Discovery, Granted, Pod, Right};
use super::super::names::CONTROL_PLANE;
use super::super::snapshot::{Belonging, LinkSeen, Objects, ServiceSeen, Trusting};
use super::super::wire;
use super::bounded::listed;
use super::rights;
use super::tokens::Accounts;
use super::trusting::trusted;
use crate::cluster::{Account, Cluster, ClusterSet, Lead, Resource, Shape, leads_to};
use crate::terms::{ClusterName, Labels, Observed, Part, PerCluster, Scope};
use std::collections::BTreeMap;

/// How the control plane knows its Secrets, and what it must read in them.
const CLUSTER: &str = "multicluster.linkerd.io/cluster-name";
const TRUST_DOMAIN: &str = "multicluster.linkerd.io/trust-domain";
const CLUSTER_DOMAIN: &str = "multicluster.linkerd.io/cluster-domain";

/// For each cluster with such mirrors, the clusters that its control plane has credentials for. Of the Secrets
/// nothing is kept but their metadata, their type and the server that they lead to.
pub(super) async fn look(
    set: &ClusterSet,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    (services, ways): (&Observed<Objects<ServiceSeen>>, &[Way]),
    is_judged: bool,
) -> BTreeMap<ClusterName, Observed<Vec<Discovery>>> {
    let leads_home = |seen: &&LinkSeen| matches!(seen.belonging, Belonging::Exporter(_));
    let is_needed = |seen: &LinkSeen| {
        let Observed::Present(services) = services else { return false };
        let goes = |way: Way| services.by_key.values().any(|service| seen.link.goes(&service.labels, way));
        Way::ALL.into_iter().filter(|way| way.is_direct()).any(|way| ways.contains(&way) || goes(way))
    };
    let due = links.iter().filter(|(_, links)| match links {
        Observed::Present(links) => is_judged && links.iter().filter(leads_home).any(is_needed),
        Observed::Absent | Observed::Unknown(_) => false,
    });
    let exporter = set.cluster(&set.primary).ok();
    let looks = due.map(async |(name, links)| {
        let links = if let Observed::Present(links) = links { links.as_slice() } else { &[] };
        let ours = links.iter().filter(leads_home).map(|seen| seen.link.target_cluster_name.as_str());
        let ours: Vec<&str> = ours.collect();
        let found = match set.cluster(name) {
            Ok(cluster) => of_cluster(cluster, exporter, &ours).await,
            Err(obstacle) => Observed::Unknown(obstacle),
        };
        (name.clone(), found)
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

async fn of_cluster(
    cluster: &Cluster,
    exporter: Option<&Cluster>,
    ours: &[&str],
) -> Observed<Vec<Discovery>> {
    let scope = Scope::namespace(Some(CONTROL_PLANE)).labelled(CLUSTER);
    let secrets = cluster.list::<wire::Plain>(Resource::SECRETS, &scope, Shape::Metadata).await;
    let Observed::Present(secrets) = secrets else { return secrets.map(|_| Vec::new()) };
    let readers = readers(cluster).await;
    let started = readers.iter().map(|pod| pod.started.clone()).min();
    let barred = match readers.first() {
        Some(pod) => barred((cluster, exporter), &pod.account).await,
        None => None,
    };
    let barred = barred.as_ref();
    let looks = secrets.items.into_iter().map(async |secret| {
        // Lists of metadata do not say the type. Nothing else is kept.
        let place = Some(CONTROL_PLANE);
        let whole = cluster.get::<wire::Secret>(Resource::SECRETS, place, &secret.metadata.name).await;
        let whole = if let Observed::Present(whole) = whole { Some(whole) } else { None };
        let lead = whole.as_ref().and_then(|whole| lead(cluster, whole.data.as_ref()));
        let account = lead.as_ref().and_then(|lead| lead.as_ref().ok()?.account.clone());
        let is_ours = ours.contains(&read_label(&secret).as_str());
        let nobody = lead.as_ref().and_then(|lead| nobody(lead.as_ref().ok()?));
        let dead = match (nobody, account.filter(|_| is_ours), exporter) {
            (None, Some(account), Some(exporter)) => dead(exporter, account).await,
            (nobody, ..) => nobody,
        };
        let now = cluster.now().as_second();
        let trusting = lead.as_ref().and_then(|lead| Some(trusted(lead.as_ref().ok()?, now)));
        let trusting = trusting.unwrap_or_default();
        let lead = lead.map(|lead| lead.map(|lead| lead.server));
        let (server, trouble) = lead.map_or((None, None), |lead| (lead.clone().ok(), lead.err()));
        // One that was made anew is read.
        let changed = whole.as_ref().map(|whole| whole.metadata.written(Part::Data));
        let made = whole.as_ref().and_then(|whole| whole.metadata.creation_timestamp.clone());
        let is_unread =
            |changed: &String, started: &String| changed > started && Some(changed) > made.as_ref();
        let unread = changed.zip(started.clone()).filter(|(changed, started)| is_unread(changed, started));
        let (kind, barred) = (whole.map(|whole| whole.kind), barred.cloned());
        Discovery { kind, server, trouble, dead, trusting, barred, unread, ..read(secret) }
    });
    Observed::Present(futures::future::join_all(looks).await)
}

/// Where its kubeconfig leads. Manifests have it elsewhere, or say it otherwise.
fn lead(cluster: &Cluster, data: Option<&Labels>) -> Option<Result<Lead, String>> {
    let encoded = data.and_then(|data| data.get("kubeconfig"));
    let is_whole = cluster.archive().is_none_or(|files| !files.is_of_manifests());
    let none = || is_whole.then(|| Err("the Secret has no key `kubeconfig`".to_owned()));
    encoded.map(|encoded| leads_to(encoded)).map_or_else(none, Some)
}

/// Where a kubeconfig says who comes.
const USER: &str = "data[kubeconfig]: users[].user";

/// Why no API server knows anybody by it, or why nobody comes so far.
fn nobody(lead: &Lead) -> Option<(String, String)> {
    if let Some((field, why)) = lead.flaw {
        return Some((format!("data[kubeconfig]: {field}"), format!("they {why}")));
    }
    if lead.is_anonymous {
        let why = "they hold neither a token nor a certificate for the user of their context";
        return Some((format!("{USER} and users[].name"), why.to_owned()));
    }
    lead.is_cut.then(|| (format!("{USER}.token"), "they hold a truncated token".to_owned()))
}

/// Why the exporter takes its token for nothing any more.
async fn dead(exporter: &Cluster, account: Account) -> Option<(String, String)> {
    let of_token = |claim: &str, why: String| Some((format!("{claim} in {USER}.token"), why));
    let accounts = Accounts::of(exporter);
    if account.expires.is_some_and(|expires| expires <= accounts.now()) {
        return of_token("exp", "its token has expired".to_owned());
    }
    if !accounts.are_known() {
        return None;
    }
    let named = format!("{}/{}", account.namespace, account.name);
    let (found, kept) = futures::join!(accounts.account(&account), async {
        // As of the Link, whose token it is as a rule.
        if exporter.is_remembering() { Some(accounts.secret(&account).await) } else { None }
    });
    match found {
        Observed::Present(found) if found.uid != account.uid => {
            let claim = "kubernetes.io/serviceaccount/service-account.uid";
            of_token(claim, format!("the account {named} of its token was recreated since"))
        }
        Observed::Absent => {
            let claim = "kubernetes.io/serviceaccount/service-account.name and namespace";
            of_token(claim, format!("the account {named} of its token no longer exists"))
        }
        Observed::Present(_) | Observed::Unknown(_) => {
            let is_beside = matches!(kept, Some(Observed::Present(kept)) if kept.is_beside(&account));
            let claim = "kubernetes.io/serviceaccount/secret.name";
            is_beside
                .then(|| of_token(claim, "the Secret of its token now holds another token".to_owned()))?
        }
    }
}

fn read_label(secret: &wire::Plain) -> String {
    secret.metadata.labels().get(CLUSTER).cloned().unwrap_or_default()
}

/// The account that reads such Secrets, where it may not: looked at where a whole fleet is. Roles that are in no files may have been
/// left out of them.
async fn barred((cluster, exporter): (&Cluster, Option<&Cluster>), account: &str) -> Option<String> {
    if !cluster.is_remembering() {
        return None;
    }
    let account = if account.is_empty() { "default" } else { account };
    let own = rights::look(cluster, CONTROL_PLANE, false).await;
    let is_kept = match exporter.filter(|_| cluster.archive().is_some() && !own.has_local()) {
        Some(exporter) => rights::look(exporter, CONTROL_PLANE, false).await.has_local(),
        None => cluster.archive().is_none() || own.has_local(),
    };
    let read = |verb| Right { group: "", resource: "secrets", verb, name: "", is_everywhere: false };
    let lacks = |verb| own.of((CONTROL_PLANE, account), read(verb)) == Granted::No;
    (is_kept && ["list", "watch"].into_iter().any(lacks)).then(|| account.to_owned())
}

/// The pods that look into other clusters. They read a Secret when it comes, and never again.
async fn readers(cluster: &Cluster) -> Vec<Pod> {
    let component = "linkerd.io/control-plane-component=destination";
    let place = Scope::namespace(Some(CONTROL_PLANE)).labelled(component);
    let Observed::Present(pods) = listed::<wire::WirePod>(cluster, Resource::PODS, &place).await else {
        return Vec::new();
    };
    pods.into_iter().map(Pod::from).filter(|pod| !pod.is_over && !pod.started.is_empty()).collect()
}

fn read(secret: wire::Plain) -> Discovery {
    let cluster = read_label(&secret);
    let annotations = secret.metadata.annotations.unwrap_or_default();
    Discovery {
        name: secret.metadata.name,
        cluster,
        trust_domain: annotations.get(TRUST_DOMAIN).cloned(),
        cluster_domain: annotations.get(CLUSTER_DOMAIN).cloned(),
        kind: None,
        server: None,
        trouble: None,
        dead: None,
        trusting: Trusting::Own,
        barred: None,
        unread: None,
    }
}
