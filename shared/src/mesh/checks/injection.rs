//! How pods get their proxies: the injector adds one when a pod is made, where an annotation says so, and nobody waits for it.

mod barred;

use super::{Pair, controller, gateway, known, machinery};
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::Injector;
use crate::mesh::names::{CONTROL_PLANE, INJECTOR};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy, Severity, kubectl};

/// The annotation, as Linkerd calls it.
pub(super) const ANNOTATION: &str = "linkerd.io/inject";

const CHECK: &str = "proxy-injector";
/// What has the API server ask the injector, ...
const WEBHOOK: &str = "linkerd-proxy-injector-webhook-config";
/// ... and the Secret with what the injector shows it.
const SERVING: &str = "linkerd-proxy-injector-k8s-tls";

/// The container that has a pod wait for the rules of Linkerd's CNI plugin.
const VALIDATOR: &str = "linkerd-network-validator";

/// What something stands on that does not start, by what keeps it: where the injector is not heard nothing may be made, and the
/// API server names its webhook then.
pub(super) fn ground(trouble: &str) -> Option<Ground> {
    let grounds = [(INJECTOR, Ground::Injector), (VALIDATOR, Ground::Network)];
    let known = grounds.into_iter().find(|(name, _)| trouble.contains(name));
    known.map(|(_, ground)| ground)
}

/// Where pods of the extension lack their proxies, what should have given them some.
pub(super) fn injector(asked: &Pair<'_>) -> Option<Finding> {
    let found = asked.both().into_iter().filter_map(|cluster| down(asked, cluster));
    found.reduce(|worst, one| if one.severity > worst.severity { one } else { worst })
}

fn down(asked: &Pair<'_>, cluster: &ClusterName) -> Option<Finding> {
    let Observed::Present(injector) = &machinery(asked.seen, cluster)?.injector else { return None };
    let why = if injector.is_missed { trouble(injector) } else { lasting(injector) };
    let Some(why) = why else { return barred::barred(asked, cluster, injector) };
    let text =
        format!("the proxy injector of {cluster} {why}: new pods start without a proxy, or do not start");
    let is_serving = matches!(injector.pods, Some((1.., 1..)));
    // Of one that serves, its Deployment shows nothing.
    let words = if is_serving {
        ["get", "mutatingwebhookconfigurations", WEBHOOK, "-o", "yaml"]
    } else {
        ["--namespace", CONTROL_PLANE, "get", "deployment", INJECTOR]
    };
    let action = if is_serving {
        "renew its certificate and its webhook with cert-manager if it manages them, otherwise by upgrading Linkerd's \
         control plane to the same version, then restart what lacks a proxy; to see it, run"
    } else {
        "bring it up, or reinstall Linkerd's control plane, then restart what lacks a proxy; to see it, run"
    };
    let remedy = Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words));
    let object = ObjectRef::namespaced(cluster, Kind::Deployment, CONTROL_PLANE, INJECTOR);
    let finding = weighed(asked, cluster, Finding::error(CHECK, &[cluster], text, remedy)).about(object);
    let pods = injector.pods.map_or_else(|| "none".to_owned(), |(_, available)| available.to_string());
    let finding = finding.on(Ground::Injector).seen("status.availableReplicas", pods);
    Some(if is_serving { with_certificates(finding, injector) } else { finding })
}

/// The finding, which weighs less where nothing that serves lacks its proxy, or is refused for want of it.
fn weighed(asked: &Pair<'_>, cluster: &ClusterName, finding: Finding) -> Finding {
    let is_refused = |one: Option<Finding>| one.is_some_and(|one| one.ground == Some(Ground::Injector));
    let is_needed = if *cluster == asked.seen.exporter {
        gateway::meshed(asked).is_some() || is_refused(gateway::up(asked))
    } else {
        controller::meshed(asked).is_some() || is_refused(controller::running(asked))
    };
    Finding { severity: if is_needed { Severity::Error } else { Severity::Warning }, ..finding }
}

/// The finding with what the injector shows, and by what the API server knows it.
fn with_certificates(finding: Finding, injector: &Injector) -> Finding {
    let words = |all: &[Certificate]| {
        let subjects: Vec<&str> = all.iter().map(|one| one.subject.as_str()).collect();
        if subjects.is_empty() { "<none>".to_owned() } else { subjects.join(", ") }
    };
    let known = known(&injector.authorities).unwrap_or_default();
    let field = format!("webhooks[].clientConfig.caBundle of mutatingwebhookconfiguration/{WEBHOOK}");
    let shown = injector.shown.get(..1).unwrap_or_default();
    finding.seen(field, words(known)).seen(format!("data[tls.crt] of secret/{SERVING}"), words(shown))
}

/// So long, in seconds, an installation or a renewal may take to write all that belongs together.
const SETTLING: i64 = 300;

/// What keeps an injector that serves from being asked, though nobody has missed it yet: the next pod will. That it does not
/// serve is told of the control plane.
fn lasting(injector: &Injector) -> Option<String> {
    if is_settled(injector) { unasked(injector) } else { None }
}

/// Whether it serves, and all that belongs to it is as it is for a while.
fn is_settled(injector: &Injector) -> bool {
    let serves = injector.pods.is_some_and(|(_, available)| available > 0);
    injector.age.is_some_and(|age| age >= SETTLING) && serves
}

fn trouble(injector: &Injector) -> Option<String> {
    match injector.pods {
        None => Some("is missing".into()),
        Some((0, _)) => Some("is scaled to 0".into()),
        Some((_, 0)) => Some("has no pod that serves".into()),
        Some(_) => unasked(injector),
    }
}

/// Why the API server does not ask it, or does not believe its answer.
fn unasked(injector: &Injector) -> Option<String> {
    if injector.authorities == Observed::Absent {
        return Some("is never called: its webhook is gone".into());
    }
    if injector.is_unbundled {
        return Some("is not trusted by the API server: its webhook has no `caBundle`".into());
    }
    let shown = injector.shown.first()?;
    if shown.left.is_some_and(|left| left <= 0) {
        return Some("presents an expired certificate".into());
    }
    let authorities: Vec<&[u8]> =
        known(&injector.authorities).unwrap_or_default().iter().map(|one| one.der.as_slice()).collect();
    let is_known = |one: &Certificate| {
        authorities.contains(&one.der.as_slice()) || one.is_signed_by(&authorities) != Some(false)
    };
    let is_refused = !authorities.is_empty() && !injector.shown.iter().any(is_known);
    is_refused.then(|| "presents a certificate that the API server does not trust".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::certificate::samples::{Authority, leaf};

    fn of(
        pods: Option<(u32, u32)>,
        authorities: Observed<Vec<Certificate>>,
        shown: &[Certificate],
    ) -> Injector {
        let (is_unbundled, is_missed, age) = (false, true, Some(900));
        Injector { pods, authorities, is_unbundled, shown: shown.to_vec(), is_missed, barrier: None, age }
    }

    #[test]
    fn an_injector_that_nobody_has_missed_yet_is_told_where_it_serves_and_is_not_asked_for_a_while() {
        let (own, other) = (leaf("linkerd-proxy-injector.linkerd.svc"), Authority::new("other").anchor);
        let with = |authorities, change: &dyn Fn(&mut Injector)| {
            let mut injector = of(Some((1, 1)), authorities, std::slice::from_ref(&own));
            change(&mut injector);
            lasting(&injector).unwrap_or_default()
        };
        let good = || Observed::Present(vec![own.clone()]);
        let gone = "is never called: its webhook is gone";
        assert_eq!(with(Observed::Absent, &|_| ()), gone);
        assert_eq!(with(good(), &|_| ()), "");
        let unbundled = "is not trusted by the API server: its webhook has no `caBundle`";
        assert_eq!(with(Observed::Present(vec![]), &|one| one.is_unbundled = true), unbundled);
        assert_eq!(with(Observed::Present(vec![]), &|_| ()), "", "a bundle that nobody here can read");
        let refused = "presents a certificate that the API server does not trust";
        assert_eq!(with(Observed::Present(vec![other.clone()]), &|_| ()), refused);
        assert_eq!(
            with(Observed::Present(vec![other]), &|one| one.shown.clear()),
            "",
            "its Secret is hidden"
        );
        assert_eq!(with(Observed::Unknown(crate::terms::Obstacle::Unauthorized), &|_| ()), "");
        for age in [Some(299), None] {
            assert_eq!(with(Observed::Absent, &|one| one.age = age), "", "it is being installed");
        }
        for pods in [None, Some((0, 0)), Some((1, 0))] {
            assert_eq!(with(Observed::Absent, &|one| one.pods = pods), "", "told of the control plane");
        }
    }

    #[test]
    fn an_injector_is_down_when_nobody_asks_it_or_its_answer_is_not_believed() {
        let (own, other) = (leaf("linkerd-proxy-injector.linkerd.svc"), Authority::new("other").anchor);
        let with =
            |pods, authorities, shown: &[_]| trouble(&of(pods, authorities, shown)).unwrap_or_default();
        let good = Observed::Present(vec![own.clone()]);
        assert_eq!(with(Some((1, 1)), good.clone(), std::slice::from_ref(&own)), "", "it may sign itself");
        assert_eq!(with(Some((1, 1)), good.clone(), &[]), "", "its Secret is hidden");
        assert_eq!(with(None, good.clone(), &[]), "is missing");
        assert_eq!(with(Some((0, 0)), good.clone(), &[]), "is scaled to 0");
        assert_eq!(with(Some((2, 0)), good, &[]), "has no pod that serves");
        let hidden = || Observed::Unknown(crate::terms::Obstacle::Unauthorized);
        assert_eq!(with(Some((1, 0)), hidden(), &[]), "has no pod that serves", "whatever is hidden");
        assert_eq!(with(Some((1, 1)), hidden(), std::slice::from_ref(&own)), "");
        assert_eq!(with(Some((1, 1)), Observed::Absent, &[]), "is never called: its webhook is gone");
        let refused = with(Some((1, 1)), Observed::Present(vec![other]), std::slice::from_ref(&own));
        assert_eq!(refused, "presents a certificate that the API server does not trust");
        let old = Certificate { left: Some(-1), ..own };
        assert_eq!(with(Some((1, 1)), Observed::Present(vec![]), &[old]), "presents an expired certificate");
    }
}
