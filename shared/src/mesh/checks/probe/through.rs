//! The Service of the consumer through which its service mirror probes the gateway.

use super::Said;
use crate::mesh::checks::{Pair, flags, known};
use crate::mesh::link::{Link, port};
use crate::mesh::machinery::GatewayService;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::Remedy;

/// What the Service of the probe is called: as the controller is told, or else as it is now and was before Linkerd 2.18.
pub(super) fn names(asked: &Pair<'_>) -> Vec<String> {
    let link = asked.link;
    let usual = || vec![format!("probe-{}", link.name), former(link)];
    told(asked).map_or_else(usual, |name| vec![name.to_owned()])
}

fn usual(asked: &Pair<'_>) -> String {
    let link = asked.link;
    if asked.has_managed_controllers() { format!("probe-{}", link.name) } else { former(link) }
}

fn former(link: &Link) -> String {
    format!("probe-gateway-{}", link.target_cluster_name)
}

/// Through which Service its controller is told to probe.
fn told<'a>(asked: &'a Pair<'_>) -> Option<&'a str> {
    flags::value(asked, "probe-service")
}

/// What the controller probes through, and what makes that as the Link asks: since Linkerd 2.18 a value of the chart.
pub(super) fn made(asked: &Pair<'_>) -> (ObjectRef, Remedy) {
    let (link, usual) = (asked.link, usual(asked));
    let name = through(asked).map_or(told(asked).unwrap_or(&usual), |service| &service.name);
    let object = ObjectRef::namespaced(asked.consumer, Kind::Service, &link.namespace, name);
    if !asked.has_managed_controllers() {
        return (object, asked.link_anew());
    }
    let (consumer, name, port) = (asked.consumer, &link.name, &link.gateway.probe.port);
    let remedy = Remedy::new(format!(
        "let the chart create it, with `controllers: [{{link: {{ref: {{name: {name}}}}}, gateway: {{enabled: true, probe: \
         {{port: {port}}}}}}}]` in the Helm values of linkerd-multicluster in {consumer}"
    ));
    (object, remedy)
}

/// The Service that the controller probes through, in the consumer.
pub(super) fn through<'a>(asked: &'a Pair<'_>) -> Option<&'a GatewayService> {
    let services = known(&asked.here()?.services)?;
    names(asked).iter().find_map(|name| services.iter().find(|service| service.name == *name))
}

/// Why the probe does not go through it.
pub(super) fn service(asked: &Pair<'_>) -> Option<Said> {
    let link = asked.link;
    known(&asked.here()?.services)?;
    let Some(service) = through(asked) else {
        let text = "no probe reaches the gateway, since there is no Service";
        return Some(match told(asked) {
            Some(name) if name != usual(asked) => {
                let text = format!("{text} {name}, through which the service mirror probes it");
                (text, "-probe-service of the service mirror", name.to_owned())
            }
            Some(_) | None => {
                let text = format!("{text} {}", usual(asked));
                (text, "spec.probeSpec.port", link.gateway.probe.port.clone())
            }
        });
    };
    let wanted = port(&link.gateway.probe.port)?;
    let has = service.ports.iter().any(|(_, number, _)| *number == wanted);
    (!has).then(|| {
        let text =
            format!("no probe reaches the gateway, since the Service {} has no port {wanted}", service.name);
        (text, "spec.probeSpec.port", link.gateway.probe.port.clone())
    })
}
