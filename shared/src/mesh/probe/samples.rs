//! A mirror to probe in tests: a port of each protocol, and one that knows no connections.

use super::super::export::Target;
use super::super::link::Way;
use super::super::snapshot::{Key, Port};
use crate::terms::ClusterName;

pub(super) fn target(mirror: &str) -> Target {
    let port = |name: &str, port, protocol: &str| Port {
        name: name.to_owned(),
        port,
        protocol: protocol.to_owned(),
        app_protocol: String::new(),
    };
    Target {
        exported: Key::new("databases", "web"),
        consumer: ClusterName::new("apps"),
        link: Some(Key::new("linkerd-multicluster", "infra-link")),
        way: Way::Gateway,
        target_cluster_name: "infra".into(),
        mirror: mirror.to_owned(),
        dns: format!("{mirror}.databases.svc.apps.example"),
        ports: vec![
            port("postgres", 5432, "TCP"),
            port("http", 80, "TCP"),
            port("odd", 9999, "TCP"),
            port("dns", 53, "UDP"),
        ],
    }
}
