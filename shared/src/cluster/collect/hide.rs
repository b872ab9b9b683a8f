//! Takes out of objects whatever opens a door. What a Link's credentials say of themselves stays (the server, the authority,
//! whose token it is and until when), and certificates, which everybody may see; of what programs are told, which Services
//! they are led to.

mod notes;
mod pods;
mod secrets;
mod settings;
mod texts;

use crate::terms::Mirrors;
use serde_json::Value;

/// What stands in the place of what was taken out. The name of no mirror: those end in a dash and what is behind it.
const HIDDEN: &str = "hidden";

/// Kinds that may be about single requests, by their headers.
const ROUTED: [&str; 5] =
    ["HTTPRoute", "GRPCRoute", "TCPRoute", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];

/// Takes it out of one object. What programs are told is left where it leads to one of these.
pub(super) fn hide(object: &mut Value, mirrors: &Mirrors) {
    let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    notes::copies(object);
    match kind.as_str() {
        "Secret" => return secrets::secret(object),
        "ConfigMap" => settings::config_map(object),
        "Ingress" => notes::of_ingress(object),
        "Node" => notes::of_others(object),
        kind if ROUTED.contains(&kind) => texts::headers(object),
        _ => pods::told(object, mirrors),
    }
    texts::doors(object);
}

#[cfg(test)]
fn hidden(mut object: Value) -> Value {
    let mirrors = Mirrors::from_iter([("shop".to_owned(), "web-infra".to_owned())]);
    hide(&mut object, &mirrors);
    object
}

#[cfg(test)]
mod tests;
