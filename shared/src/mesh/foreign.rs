//! A door for the laws of what others wrote (`crate::fuzzing`): into the parsers of objects that nobody else has to reach.

use super::snapshot::{EndpointsSeen, Key, ServiceSeen};
use super::{certificate::Certificate, machinery, wire};
use crate::terms::{Kind, Labels};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The certificates of a bundle of trust anchors, at a moment.
pub(crate) fn anchors(pem: &str, now: i64) -> Vec<Certificate> {
    let data = Labels::from([("ca-bundle.crt".to_owned(), pem.to_owned())]);
    wire::roots(Some(&data), now).anchors
}

/// Whether these are values of Linkerd's configuration.
pub(crate) fn is_configuration(values: &str) -> bool {
    wire::settings(Some(&Labels::from([("values".to_owned(), values.to_owned())]))).is_ok()
}

/// Reads an object as everything that any object is read as here; returns how many of them it can be.
pub(crate) fn readings(object: &Value) -> usize {
    let object = &object.to_string();
    let readings = [
        read(object, |one: wire::Service| drop(ServiceSeen::from(one))),
        read(object, |one: wire::Endpoints| drop(EndpointsSeen::from(one))),
        read(object, |one: wire::Secret| drop(one.data)),
        read(object, |one: wire::ConfigMap| drop(wire::roots(one.data.as_ref(), 0))),
        read(object, |one: wire::WireIssuer| drop((one.changed(), one.certificate(), one.read(0)))),
        read(object, |one: wire::WireWebhooks| drop(one.authorities(0))),
        read(object, |one: wire::WireDeployment| drop(machinery::Deployment::from(one))),
        read(object, |one: wire::WireService| drop(machinery::GatewayService::from(one))),
        read(object, |one: wire::WirePod| drop(machinery::Pod::from(one))),
        read(object, |one: wire::WireLease| drop(one.at(jiff::Timestamp::UNIX_EPOCH))),
        read(object, |one: wire::Plain| drop(wire::ingress(one, &mirrors()))),
        read(object, |one: wire::WireRoute| drop(one.of((Kind::HttpRoute, "")))),
        read(object, |one| drop(wire::client(one, &mirrors(), &|_, _| ()))),
    ];
    readings.into_iter().chain(policies(object)).filter(|is_read| *is_read).count()
}

fn policies(object: &str) -> [bool; 8] {
    [
        read(object, |one: wire::WirePolicy| drop(machinery::Fence::from(one))),
        read(object, |one: wire::CiliumPolicy| drop(one.fences())),
        read(object, |one: wire::Policy<wire::ServerSpec>| drop(machinery::Server::from(one))),
        read(object, |one: wire::Policy<wire::AuthorizationSpec>| drop(machinery::Authorization::from(one))),
        read(object, |one: wire::Policy<wire::IdentitiesSpec>| drop(machinery::Identities::from(one))),
        read(object, |one: wire::Policy<wire::NetworksSpec>| drop(machinery::Networks::from(one))),
        read(object, |one: wire::WireRole| drop(machinery::Role::from(one))),
        read(object, |one: wire::WireBinding| drop(machinery::Binding::from(one))),
    ]
}

fn read<T: DeserializeOwned>(object: &str, then: impl FnOnce(T)) -> bool {
    serde_json::from_str(object).map(then).is_ok()
}

fn mirrors() -> wire::Mirrors {
    wire::Mirrors::from_iter([Key::new("shop", "web-infra")]).with_endings(vec!["-infra".to_owned()])
}
