//! What keeps cert-manager from renewing an issuer the next time, while the one of now is good. Looked at from all sides alone.

use super::super::machinery::{Hindrance, Issuer, Machinery, Stuck};
use super::super::names::{CONTROL_PLANE, ISSUER};
use super::super::snapshot::MeshSeen;
use super::super::wire::{Plain, WireIssuer};
use super::bounded::{listed, one, wide};
use super::issuer::{CERTIFICATES, MAKING, age, known, text, unready_since};
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde_json::Value;

const GROUP: &str = "cert-manager.io";
const ISSUERS: Resource = Resource { group: GROUP, version: "v1", plural: "issuers" };
const CLUSTER_ISSUERS: Resource = Resource { group: GROUP, version: "v1", plural: "clusterissuers" };
/// What its chart labels the controller with.
const CONTROLLER: &str = "app=cert-manager";
/// Whoever fails once tries again an hour later.
const ATTEMPTS: u64 = 2;

/// The same with what hinders the next renewal of each cluster.
pub(super) async fn look(set: &ClusterSet, mut seen: MeshSeen) -> MeshSeen {
    let looks = seen.machinery.iter().map(async |(name, machinery)| {
        let cluster = set.cluster(name).ok()?;
        let Observed::Present(Machinery { issuer: Observed::Present(issuer), .. }) = machinery else {
            return None;
        };
        // What became of the last one is told as that.
        let is_open = matches!(issuer.stuck, None | Some(Stuck::Unready(..)));
        if is_open { Some((name.clone(), known(hindrance(cluster, issuer).await))) } else { None }
    });
    for (name, (stuck, hidden)) in futures::future::join_all(looks).await.into_iter().flatten() {
        if let Some(Observed::Present(Machinery { issuer: Observed::Present(issuer), .. })) =
            seen.machinery.get_mut(&name)
        {
            issuer.stuck = stuck.or(issuer.stuck.take());
            issuer.hidden = issuer.hidden.take().or(hidden).filter(|_| issuer.stuck.is_none());
        }
    }
    seen
}

async fn hindrance(cluster: &Cluster, issuer: &Issuer) -> Result<Option<Stuck>, Obstacle> {
    let Observed::Present(secret) = one::<WireIssuer>(cluster, Resource::SECRETS, ISSUER).await else {
        return Ok(None);
    };
    let Some(name) = secret.certificate() else { return Ok(None) };
    let found = match one::<Plain>(cluster, CERTIFICATES, (CONTROL_PLANE, &name)).await {
        Observed::Present(found) => Some(found),
        Observed::Absent => None,
        Observed::Unknown(Obstacle::NotServed { .. }) => return Ok(None),
        Observed::Unknown(obstacle) => return Err(obstacle),
    };
    let secret = found.as_ref().map(|one| text(&one.spec, "/secretName").to_owned());
    let (name, certificate) = match found {
        Some(found) if writes(&found) => (name, found),
        _ => match another(cluster).await? {
            Some(found) => (found.metadata.name.clone(), found),
            None => return Ok(unwritten(name, secret, issuer).map(Stuck::Hindered)),
        },
    };
    let now = cluster.now().as_second();
    let hindrance = match unsigned(cluster, &certificate, now).await? {
        Some(found) => Some(found),
        None => match failing(&name, &certificate.status) {
            Some(found) => Some(found),
            None => unmanned(cluster, now).await?,
        },
    };
    Ok(hindrance.map(Stuck::Hindered))
}

/// One that does not say what it writes is not known well enough.
fn writes(certificate: &Plain) -> bool {
    ["", ISSUER.1].contains(&text(&certificate.spec, "/secretName"))
}

/// Another Certificate for the Secret, which is of an earlier one until it is renewed.
async fn another(cluster: &Cluster) -> Result<Option<Plain>, Obstacle> {
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let all = listed::<Plain>(cluster, CERTIFICATES, &place).await.known()?;
    Ok(all.into_iter().flatten().find(|one| text(&one.spec, "/secretName") == ISSUER.1))
}

/// Whoever takes a Certificate away may renew by other means what is good for long.
fn unwritten(name: String, secret: Option<String>, issuer: &Issuer) -> Option<Hindrance> {
    const FORTNIGHT: i64 = 14 * 24 * 3600;
    let Some(secret) = secret else {
        let own = issuer.chain.first()?;
        return (own.left? - own.until <= FORTNIGHT).then_some(Hindrance::Gone(name));
    };
    Some(Hindrance::Elsewhere(name, secret))
}

/// What should sign it, and cannot. Of signers of others nothing is known.
async fn unsigned(cluster: &Cluster, certificate: &Plain, now: i64) -> Result<Option<Hindrance>, Obstacle> {
    let of = |field: &str| text(&certificate.spec, &format!("/issuerRef/{field}"));
    let name = of("name");
    if name.is_empty() || !["", GROUP].contains(&of("group")) {
        return Ok(None);
    }
    let (signer, kind, found) = if of("kind") == "ClusterIssuer" {
        ("ClusterIssuer", CLUSTER_ISSUERS, wide::<Plain>(cluster, CLUSTER_ISSUERS, name).await)
    } else {
        ("Issuer", ISSUERS, one::<Plain>(cluster, ISSUERS, (CONTROL_PLANE, name)).await)
    };
    match found {
        Observed::Present(found) => {
            let why = unready_since(&found.status, now);
            Ok(why.map(|why| Hindrance::Unsigned(signer, name.to_owned(), why)))
        }
        Observed::Absent if cluster.archive().is_some_and(|files| !files.has_any(kind)) => {
            Err(Obstacle::NotInFiles { what: kind.name() })
        }
        Observed::Absent => {
            let own = certificate.metadata.name.clone();
            Ok(Some(Hindrance::Signerless(own, signer, name.to_owned())))
        }
        Observed::Unknown(Obstacle::NotServed { .. }) => Ok(None),
        Observed::Unknown(obstacle) => Err(obstacle),
    }
}

fn failing(name: &str, status: &Value) -> Option<Hindrance> {
    let count = status.get("failedIssuanceAttempts").and_then(Value::as_u64).filter(|it| *it >= ATTEMPTS)?;
    let conditions = status.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let issuing = conditions.into_iter().find(|one| text(one, "/type") == "Issuing");
    let why = issuing.map(|one| text(one, "/message")).unwrap_or_default();
    Some(Hindrance::Failing(name.to_owned(), count, why.to_owned()))
}

/// A controller of cert-manager of which no pod serves, where there is no other.
async fn unmanned(cluster: &Cluster, now: i64) -> Result<Option<Hindrance>, Obstacle> {
    let place = Scope::default().labelled(CONTROLLER);
    let all = listed::<Plain>(cluster, Resource::DEPLOYMENTS, &place).await.known()?.unwrap_or_default();
    let first = all.first().map(|one| one.metadata.clone());
    let is_down = all.iter().all(|one| is_down(one, now));
    Ok(first.filter(|_| is_down).map(|one| Hindrance::Unmanned(one.namespace, one.name)))
}

fn is_down(deployment: &Plain, now: i64) -> bool {
    let number = |of: &Value, field: &str| of.get(field).and_then(Value::as_u64);
    let conditions = deployment.status.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let mut unavailable = conditions
        .into_iter()
        .filter(|one| text(one, "/type") == "Available" && text(one, "/status") == "False")
        .filter_map(|one| age(text(one, "/lastTransitionTime"), now));
    number(&deployment.status, "readyReplicas").unwrap_or_default() == 0
        && (number(&deployment.spec, "replicas") == Some(0) || unavailable.any(|age| age > MAKING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::certificate::Certificate;
    use serde_json::json;

    #[test]
    fn of_a_certificate_that_is_gone_is_told_where_nobody_renews_by_hand() {
        let of = |days: i64| {
            let own = Certificate { left: Some(days * 24 * 3600 - 60), until: -60, ..Certificate::default() };
            unwritten("identity".to_owned(), None, &vec![own].into())
        };
        assert_eq!(of(2), Some(Hindrance::Gone("identity".to_owned())));
        assert_eq!(of(365), None, "somebody may do it next year");
    }

    #[test]
    fn one_failure_is_tried_again_and_two_are_told_with_what_cert_manager_says() {
        let of = |count: u64| {
            let issuing = json!({ "type": "Issuing", "status": "False", "message": "denied" });
            let ready = json!({ "type": "Ready", "status": "True", "message": "it is well" });
            failing("identity", &json!({ "failedIssuanceAttempts": count, "conditions": [ready, issuing] }))
        };
        assert_eq!(of(1), None);
        assert_eq!(of(2), Some(Hindrance::Failing("identity".to_owned(), 2, "denied".to_owned())));
        assert_eq!(failing("identity", &json!({})), None);
    }

    #[test]
    fn a_controller_that_is_being_rolled_out_is_not_down() {
        let now = "2026-01-01T01:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let of = |wanted: u64, ready: u64, since: &str| {
            let available = json!({ "type": "Available", "status": "False", "lastTransitionTime": since });
            let object = json!({ "spec": { "replicas": wanted },
                "status": { "readyReplicas": ready, "conditions": [available] } });
            is_down(&serde_json::from_value(object).unwrap(), now)
        };
        let (long, just) = ("2026-01-01T00:10:00Z", "2026-01-01T00:58:00Z");
        assert_eq!(
            [of(1, 0, long), of(1, 0, just), of(1, 1, long), of(0, 0, just)],
            [true, false, false, true]
        );
    }
}
