//! What is spoken on a port, as far as its number, name and declaration tell.

use super::super::snapshot::Port;
use serde::Serialize;

/// What a probe speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// An `SSLRequest`, which every `PostgreSQL` answers with one byte before anybody logs in.
    Postgres,
    /// A `HEAD` request; any status is an answer.
    Http,
    /// Nothing: the server may greet, or hold the connection.
    Tcp,
}

const POSTGRES_PORT: u16 = 5432;
const HTTP_PORTS: [u16; 2] = [80, 8080];

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Http, Self::Tcp];

    /// How the script is told of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Http => "http",
            Self::Tcp => "tcp",
        }
    }

    /// What to speak on a port; `None` where no connection can be made. A declaration outweighs a name, and that the
    /// number.
    pub fn of(port: &Port) -> Option<Self> {
        if !["", "TCP"].contains(&port.protocol.as_str()) {
            return None;
        }
        let declared = by_word(declaration(&port.app_protocol));
        let named = by_word(port.name.split('-').next().unwrap_or_default());
        Some(declared.or(named).unwrap_or_else(|| by_number(port.port)))
    }
}

/// `kubernetes.io/ws` and plain words alike.
fn declaration(app_protocol: &str) -> &str {
    app_protocol.rsplit('/').next().unwrap_or_default()
}

fn by_word(word: &str) -> Option<Protocol> {
    match word.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" => Some(Protocol::Postgres),
        "http" | "http1" | "ws" => Some(Protocol::Http),
        // What begins with a handshake of its own is not spoken here: that the connection holds has to do.
        "https" | "tls" | "wss" | "grpc" | "h2c" | "http2" | "tcp" | "opaque" => Some(Protocol::Tcp),
        _ => None,
    }
}

fn by_number(number: u16) -> Protocol {
    match number {
        POSTGRES_PORT => Protocol::Postgres,
        number if HTTP_PORTS.contains(&number) => Protocol::Http,
        _ => Protocol::Tcp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(name: &str, port: u16, protocol: &str, declared: &str) -> Option<Protocol> {
        let (name, protocol, app_protocol) = (name.into(), protocol.into(), declared.into());
        Protocol::of(&Port { name, port, protocol, app_protocol })
    }

    #[test]
    fn a_declaration_outweighs_a_name_and_a_name_the_number() {
        assert_eq!(spoken("", 5432, "TCP", ""), Some(Protocol::Postgres));
        assert_eq!(spoken("postgres", 6543, "TCP", ""), Some(Protocol::Postgres));
        assert_eq!(spoken("", 8080, "TCP", ""), Some(Protocol::Http));
        assert_eq!(spoken("http-metrics", 9187, "", ""), Some(Protocol::Http));
        assert_eq!(spoken("https", 8080, "TCP", ""), Some(Protocol::Tcp), "a name outweighs the number");
        assert_eq!(spoken("http", 80, "TCP", "kubernetes.io/h2c"), Some(Protocol::Tcp));
        assert_eq!(spoken("web", 9000, "TCP", "HTTP"), Some(Protocol::Http));
        assert_eq!(spoken("redis", 6379, "TCP", "redis"), Some(Protocol::Tcp));
    }

    #[test]
    fn no_connection_is_made_where_there_are_none() {
        assert_eq!(spoken("dns", 53, "UDP", ""), None);
        assert_eq!(spoken("http3", 443, "SCTP", "http"), None);
    }
}
