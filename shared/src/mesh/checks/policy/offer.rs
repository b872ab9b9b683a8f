//! Policies to paste: what would let a mirror's clients in.

use crate::mesh::checks::{Question, is_before_access, settings};
use crate::mesh::machinery::{Pod, Server, Settings};
use crate::verdict::{Remedy, command};
use serde_json::{Value, json};

/// Who is to be let in where.
pub(super) struct Offer<'a> {
    /// The Server that is about the port; `None` when there has to be one.
    pub(super) server: Option<&'a Server>,
    /// A pod.
    pub(super) pod: &'a Pod,
    /// Its port.
    pub(super) port: u16,
    /// What is let in by default there, when that is more than nothing: a Server takes its place.
    pub(super) access: Option<&'a str>,
    /// The account of the gateway; `None` when clients come themselves.
    pub(super) account: Option<(&'a str, &'a str)>,
}

pub(super) fn remedy(asked: &Question<'_>, offer: &Offer<'_>) -> Remedy {
    let objects = objects(asked, offer);
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let text = command(["echo", &list]);
    let apply = asked.kubectl_there(&["apply", "-f", "-"]);
    let whom = match offer.account {
        Some(_) => "let the gateway in, which brings clients of every linked cluster",
        None => "let the clients of the consumer in",
    };
    // Its Server has no word for those whom the default lets in.
    let others = if offer.server.is_none() && offer.access.is_some() && is_old(asked) {
        ", and every other client with a similar policy, since the Server replaces the default"
    } else {
        ""
    };
    Remedy::run(format!("{whom}{others}; for that, run"), format!("{text} | {apply}"))
}

/// Whether Servers do not say there what they let in without a policy.
fn is_old(asked: &Question<'_>) -> bool {
    let settings = asked.there().and_then(settings);
    settings.and_then(|settings| settings.version.as_deref()).is_some_and(is_before_access)
}

fn objects(asked: &Question<'_>, offer: &Offer<'_>) -> Vec<Value> {
    let (service, namespace) = (&asked.target.exported.name, &offer.pod.namespace);
    let own = format!("{service}-{}", offer.port);
    let server = offer.server.map_or(own.as_str(), |server| server.name.as_str());
    let name = format!("{server}-from-{}", asked.consumer.as_str());
    let meta = |name: &str| json!({"name": name, "namespace": namespace});
    let mut objects = Vec::new();
    if offer.server.is_none() {
        let labels = json!({"matchLabels": asked.service.selector});
        let mut spec = json!({"podSelector": labels, "port": offer.port});
        let is_old = is_old(asked);
        if let (Some(access), Some(fields), false) = (offer.access, spec.as_object_mut(), is_old) {
            fields.insert("accessPolicy".into(), access.into());
        }
        let version = if is_old { "policy.linkerd.io/v1beta1" } else { "policy.linkerd.io/v1beta3" };
        objects
            .push(json!({"apiVersion": version, "kind": "Server", "metadata": meta(server), "spec": spec}));
    }
    let required = if let Some((namespace, name)) = offer.account {
        json!({"kind": "ServiceAccount", "namespace": namespace, "name": name})
    } else {
        let trust = asked.here().and_then(settings).map_or("cluster.local", Settings::trust);
        let spec = json!({"identities": [format!("*.{trust}")]});
        objects.push(policy("MeshTLSAuthentication", &meta(&name), &spec));
        json!({"group": "policy.linkerd.io", "kind": "MeshTLSAuthentication", "name": name})
    };
    let target = json!({"group": "policy.linkerd.io", "kind": "Server", "name": server});
    let spec = json!({"targetRef": target, "requiredAuthenticationRefs": [required]});
    objects.push(policy("AuthorizationPolicy", &meta(&name), &spec));
    objects
}

fn policy(kind: &str, metadata: &Value, spec: &Value) -> Value {
    json!({"apiVersion": "policy.linkerd.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}
