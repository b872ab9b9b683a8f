//! Whether anybody asks if the gateway lives. Without that, a dead gateway keeps its mirrors ready.

use super::{Question, known};
use crate::mesh::link::{Probe, port};
use crate::terms::GoDuration;
use crate::verdict::{Finding, Remedy};

pub(super) fn probe(asked: &Question<'_>) -> Option<Finding> {
    let link = asked.link;
    if !asked.uses_gateway() {
        return None;
    }
    let (text, field, value) = settings(&link.gateway.probe).or_else(|| service(asked))?;
    let text = format!("{text}: mirrors stay ready when the gateway dies");
    let remedy = Remedy::new("make the Link anew with `linkerd multicluster link-gen`");
    let finding = Finding::warning("gateway-probe", &asked.both(), text, remedy);
    Some(finding.about(asked.the_link()).seen(field, value))
}

type Said = (String, &'static str, String);

/// What the real prober cannot parse ends it without a word.
fn settings(probe: &Probe) -> Option<Said> {
    let cannot = |field: &'static str, value: &str| {
        Some((format!("the gateway is not probed, since {field} is {value:?}"), field, value.to_owned()))
    };
    if probe.path.is_empty() {
        return cannot("spec.probeSpec.path", &probe.path);
    }
    if GoDuration::parse(&probe.period).is_err() {
        return cannot("spec.probeSpec.period", &probe.period);
    }
    if !probe.failure_threshold.is_empty() && probe.failure_threshold.parse::<u32>().is_err() {
        return cannot("spec.probeSpec.failureThreshold", &probe.failure_threshold);
    }
    if port(&probe.port).is_none() {
        return cannot("spec.probeSpec.port", &probe.port);
    }
    None
}

/// The Service that the controller probes through, in the consumer.
fn service(asked: &Question<'_>) -> Option<Said> {
    let link = asked.link;
    let services = known(&asked.here()?.services)?;
    let (new, old) = (format!("probe-{}", link.name), format!("probe-gateway-{}", link.target_cluster_name));
    let Some(service) = services.iter().find(|service| service.name == new || service.name == old) else {
        let text = format!("the gateway is not probed, since there is no Service {new}");
        return Some((text, "spec.probeSpec.port", link.gateway.probe.port.clone()));
    };
    let wanted = port(&link.gateway.probe.port)?;
    let has = service.ports.iter().any(|(_, number, _)| *number == wanted);
    (!has).then(|| {
        let text =
            format!("the gateway is not probed, since the Service {} has no port {wanted}", service.name);
        (text, "spec.probeSpec.port", link.gateway.probe.port.clone())
    })
}
