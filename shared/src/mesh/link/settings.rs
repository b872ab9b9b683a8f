//! The gateway of a Link, how it is probed, and what is not copied to mirrors.

use serde_json::Value;

/// How the exporter's gateway is reached. All texts are as they stand in the Link; empty where they do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gateway {
    /// The port for data; every port of a mirror's Endpoints is this one.
    pub port: String,
    /// The TLS identity that the gateway must show.
    pub identity: String,
    /// How the service mirror asks whether the gateway lives.
    pub probe: Probe,
}

/// The probe of a gateway. What cannot be parsed here ends the probing without a word (linkerd2, `probe_worker.go`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probe {
    /// The HTTP path; empty means that nobody asks.
    pub path: String,
    /// The port, which the probe Service must have too.
    pub port: String,
    /// A duration as Go writes it.
    pub period: String,
    /// A duration likewise; empty means 30 seconds.
    pub timeout: String,
    /// How many failures make a dead gateway; empty means 3.
    pub failure_threshold: String,
}

/// Labels and annotations that are not copied to mirrors: keys, or prefixes that end with `/*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Labels.
    pub labels: Vec<String>,
    /// Annotations.
    pub annotations: Vec<String>,
}

impl Gateway {
    /// Reads the fields. What makes all Endpoints of mirrors fail ends up in the problems.
    pub(super) fn read(spec: &Value, address: &str, problems: &mut Vec<String>) -> Self {
        let gateway = Self {
            port: plain(spec, "/gatewayPort"),
            identity: plain(spec, "/gatewayIdentity"),
            probe: Probe {
                path: plain(spec, "/probeSpec/path"),
                port: plain(spec, "/probeSpec/port"),
                period: plain(spec, "/probeSpec/period"),
                timeout: plain(spec, "/probeSpec/timeout"),
                failure_threshold: plain(spec, "/probeSpec/failureThreshold"),
            },
        };
        if address.is_empty() {
            return gateway;
        }
        if address.contains(char::is_whitespace) {
            problems.push(format!(
                "spec.gatewayAddress is {address:?}, but addresses are separated by commas only"
            ));
        }
        let parts = address.split(',').map(str::trim).filter(|_| !address.contains(char::is_whitespace));
        if let Some(odd) = parts.into_iter().find(|part| !may_be_address(part)) {
            problems
                .push(format!("spec.gatewayAddress has {odd:?}, which is neither an address nor a DNS name"));
        }
        if let Some(problem) = gateway.probe.ending() {
            problems.push(problem);
        }
        if port(&gateway.port).is_none() {
            problems.push(format!("spec.gatewayPort is {:?}, which is not a port", gateway.port));
        }
        gateway
    }

    /// The port for data as a number.
    pub fn port_number(&self) -> Option<u16> {
        port(&self.port)
    }

    /// The namespace of the gateway, which its identity names: `NAME.NAMESPACE.serviceaccount.identity.…`.
    pub fn namespace(&self) -> Option<&str> {
        self.account().map(|(namespace, _)| namespace)
    }

    /// The namespace and the name of its account; the chart calls its Deployment likewise.
    pub fn account(&self) -> Option<(&str, &str)> {
        let mut parts = self.identity.split('.');
        let (name, namespace, kind) = (parts.next()?, parts.next()?, parts.next()?);
        (kind == "serviceaccount" && !namespace.is_empty()).then_some((namespace, name))
    }
}

impl Excluded {
    /// Reads both lists; what is no text in them excludes nothing.
    pub(super) fn read(spec: &Value) -> Self {
        let list = |field: &str| {
            let entries = spec.get(field).and_then(Value::as_array).into_iter().flatten();
            entries.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self { labels: list("excludedLabels"), annotations: list("excludedAnnotations") }
    }
}

/// Whether an entry of such a list excludes a key.
pub fn excludes(entries: &[String], key: &str) -> bool {
    entries.iter().any(|entry| match entry.strip_suffix("/*") {
        Some(prefix) => key.starts_with(prefix),
        None => entry == key,
    })
}

/// A port as text: the real controller parses it.
pub fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}

/// Whether an address may lead somewhere: the real controller looks up what is none, and no name of DNS ends with a number, or is
/// four labels of which three are numbers: that is an address with a slip.
fn may_be_address(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_';
        !label.is_empty() && label.bytes().all(is_sign)
    };
    let labels: Vec<&str> = text.trim_end_matches('.').split('.').collect();
    let is_number = |label: &&str| label.bytes().all(|sign| sign.is_ascii_digit());
    let is_numbered = labels.last().is_some_and(is_number);
    let is_slip = labels.len() == 4 && labels.iter().copied().filter(|label| is_number(label)).count() == 3;
    text.parse::<core::net::IpAddr>().is_ok()
        || (labels.into_iter().all(is_label) && !is_numbered && !is_slip)
}

/// Fields that have to be texts, and that a manifest has as numbers: an API server refuses it.
pub(in crate::mesh) fn refused(spec: &Value) -> impl Iterator<Item = String> {
    let fields = [
        "gatewayPort",
        "probeSpec/port",
        "probeSpec/period",
        "probeSpec/timeout",
        "probeSpec/failureThreshold",
    ];
    fields.into_iter().filter_map(|field| {
        let number = spec.pointer(&format!("/{field}"))?.as_number()?;
        let field = field.replace('/', ".");
        Some(format!("spec.{field} is {number} without quotes, which is not a string: API servers reject it"))
    })
}

/// Numbers are taken too: a build of Linkerd had them in its schema.
fn plain(spec: &Value, pointer: &str) -> String {
    match spec.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(spec: &Value, address: &str) -> (Gateway, Vec<String>) {
        let mut problems = Vec::new();
        (Gateway::read(spec, address, &mut problems), problems)
    }

    #[test]
    fn a_gateway_needs_a_port_and_addresses_without_blanks() {
        let (gateway, problems) = read(&json!({"gatewayPort": 4143}), "203.0.113.10,gateway.example");
        assert_eq!((gateway.port_number(), problems), (Some(4143), vec![]));
        let (_, problems) = read(&json!({"gatewayPort": "mc-gateway"}), "203.0.113.10, 203.0.113.11");
        assert_eq!(
            problems,
            [
                "spec.gatewayAddress is \"203.0.113.10, 203.0.113.11\", but addresses are separated by commas only",
                "spec.gatewayPort is \"mc-gateway\", which is not a port"
            ]
        );
        assert_eq!(read(&json!({}), "").1, Vec::<String>::new(), "a Link without gateway needs neither");
    }

    #[test]
    fn what_can_be_neither_an_address_nor_a_name_is_told() {
        let problems = |address: &str| read(&json!({"gatewayPort": "4143"}), address).1;
        for odd in [
            "203.0.113.10:4143",
            "https://gateway.example",
            "203.0.113.310",
            "203.0.113.0/24",
            "203.0.113.l0",
            "2O3.0.113.10",
            "a;b",
            "a..b",
        ] {
            let words =
                format!("spec.gatewayAddress has {odd:?}, which is neither an address nor a DNS name");
            assert_eq!(problems(&format!("203.0.113.10,{odd}")), [words]);
        }
        assert_eq!(problems("203.0.113.10,").len(), 1, "the part behind the comma is looked up, too");
        for good in
            ["2001:db8::7", "gateway", "gw-1.example.", "k8s_gw.example", "203-0-113-10.nip.io", "1.example"]
        {
            assert_eq!(problems(good), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn a_number_where_a_text_has_to_be_is_told_with_its_field() {
        let found = |spec: Value| refused(&spec).collect::<Vec<_>>();
        assert_eq!(
            found(json!({"gatewayPort": 4143, "probeSpec": {"period": 3, "port": "4191"}})),
            [
                "spec.gatewayPort is 4143 without quotes, which is not a string: API servers reject it",
                "spec.probeSpec.period is 3 without quotes, which is not a string: API servers reject it",
            ]
        );
        assert_eq!(found(json!({"gatewayPort": "4143", "probeSpec": null})), Vec::<String>::new());
    }

    #[test]
    fn the_identity_names_the_namespace_of_the_gateway() {
        let named = |identity: &str| {
            let (gateway, _) = read(&json!({"gatewayIdentity": identity}), "");
            gateway.namespace().map(str::to_owned)
        };
        let usual = "linkerd-gateway.mc.serviceaccount.identity.linkerd.cluster.local";
        assert_eq!(named(usual).as_deref(), Some("mc"));
        for odd in ["", "a", "a.b", "a.b.c", "a..serviceaccount.d"] {
            assert_eq!(named(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_exclusion_is_a_key_or_a_plain_prefix() {
        let entries = ["cnpg.io/*".to_owned(), "app".to_owned()];
        let hit = ["cnpg.io/cluster", "cnpg.io.foo/bar", "app"].map(|key| excludes(&entries, key));
        assert_eq!(hit, [true, true, true]);
        assert!(!excludes(&entries, "app.kubernetes.io/name"));
        let read = Excluded::read(&json!({"excludedLabels": ["a", 7], "excludedAnnotations": "b"}));
        assert_eq!(read, Excluded { labels: vec!["a".into()], annotations: vec![] });
    }
}
