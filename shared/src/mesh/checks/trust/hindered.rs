//! What keeps cert-manager from renewing an issuer, in words.

use super::in_words;
use super::issuer::secret;
use crate::mesh::checks::Pair;
use crate::mesh::machinery::{Hindrance, Issuer};
use crate::mesh::names::{CONTROL_PLANE, ISSUER};
use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy, kubectl};

/// What is said of an object that hinders.
struct Said {
    why: String,
    /// Its field, the object, and what stands there.
    seen: (&'static str, String, String),
    action: &'static str,
    words: Vec<String>,
}

/// The finding about the Secret of an issuer, which leads what is told of its age.
pub(super) fn finding(
    asked: &Pair<'_>,
    cluster: &ClusterName,
    (hindrance, issuer): (&Hindrance, &Issuer),
) -> Finding {
    let Said { why, seen: (field, object, value), action, words } = said(hindrance);
    let left = issuer.chain.first().and_then(|own| own.left);
    let text = match left {
        Some(..=0) => {
            format!(
                "the issuer of {cluster} has expired, and {why}: its proxies get no certificates any more"
            )
        }
        Some(left) => {
            format!("the issuer of {cluster} expires in {} and will not be renewed: {why}", in_words(left))
        }
        None => format!("the issuer of {cluster} will not be renewed: {why}"),
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let remedy = Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words));
    let make = if left.is_some_and(|left| left <= 0) { Finding::error } else { Finding::warning };
    make("trust-renewal", &[cluster], text, remedy)
        .about(secret(cluster))
        .seen(format!("{field} of {object}"), value)
}

/// What is asked about objects in a namespace, or in none.
fn at(namespace: Option<&str>, verb: &str, what: &str) -> Vec<String> {
    let place = namespace.into_iter().flat_map(|namespace| ["--namespace", namespace]);
    place.chain([verb, what]).map(str::to_owned).collect()
}

fn describe(namespace: Option<&str>, object: &str) -> Vec<String> {
    at(namespace, "describe", object)
}

#[expect(clippy::too_many_lines, reason = "a flat table")]
fn said(hindrance: &Hindrance) -> Said {
    const MADE: &str = "certificates.cert-manager.io";
    let of_certificate = |name: &str| describe(Some(CONTROL_PLANE), &format!("{MADE}/{name}"));
    match hindrance {
        Hindrance::Gone(name) => Said {
            why: format!("its Certificate {name} is gone, and no other one is for its Secret"),
            seen: (
                "metadata.annotations[cert-manager.io/certificate-name]",
                format!("secret/{}", ISSUER.1),
                name.clone(),
            ),
            action: "apply the Certificate once more; to see which ones there are, run",
            words: at(Some(CONTROL_PLANE), "get", MADE),
        },
        Hindrance::Elsewhere(name, secret) => Said {
            why: format!(
                "its Certificate {name} is for the Secret {secret} now, which Linkerd does not read"
            ),
            seen: ("spec.secretName", format!("certificate/{name}"), secret.clone()),
            action: "have the Certificate name linkerd-identity-issuer as its secretName; to look, run",
            words: of_certificate(name),
        },
        Hindrance::Failing(name, count, why) => Said {
            why: format!("cert-manager has failed {count} times to make it anew ({why})"),
            seen: ("status.failedIssuanceAttempts", format!("certificate/{name}"), count.to_string()),
            action: "see what cert-manager says",
            words: of_certificate(name),
        },
        Hindrance::Unsigned(kind, name, why) => Said {
            why: format!("the {kind} {name} that signs it is not ready ({why})"),
            seen: (
                "status.conditions[type=Ready].status",
                format!("{}/{name}", kind.to_lowercase()),
                "False".to_owned(),
            ),
            action: "see what cert-manager says",
            words: describe(place(kind), &format!("{}/{name}", signers(kind))),
        },
        Hindrance::Signerless(own, kind, name) => Said {
            why: format!("there is no {kind} {name} that would sign it"),
            seen: ("spec.issuerRef.name", format!("certificate/{own}"), name.clone()),
            action: "apply it, or have the Certificate name another one; to see which ones there are, run",
            words: at(place(kind), "get", &signers(kind)),
        },
        Hindrance::Unmanned(namespace, name) => Said {
            why: format!("cert-manager has no pod that serves ({name} in {namespace})"),
            seen: ("status.readyReplicas", format!("deployment/{name} in {namespace}"), "0".to_owned()),
            action: "have cert-manager run again; to look, run",
            words: describe(Some(namespace), &format!("deployment/{name}")),
        },
    }
}

/// As commands name the kind of a signer, ...
fn signers(kind: &str) -> String {
    format!("{}s.cert-manager.io", kind.to_lowercase())
}

/// ... and where the ones are that sign for the control plane.
fn place(kind: &str) -> Option<&'static str> {
    (kind == "Issuer").then_some(CONTROL_PLANE)
}
