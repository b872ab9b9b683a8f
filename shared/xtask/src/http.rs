//! The few requests that the runner itself makes: is the server ready, create a Node.
//!
//! HTTP/1.0 over TLS, one connection per request: the answer then simply ends with the connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::Outcome;
use crate::certificates::{Authority, Identity};

const PATIENCE: Duration = Duration::from_secs(5);

/// Talks to one API server as one user.
pub(crate) struct Caller {
    config: Arc<ClientConfig>,
    port: u16,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Caller {
    /// Prepares calls to 127.0.0.1 on this port.
    pub(crate) fn new(authority: &Authority, client: &Identity, port: u16) -> Outcome<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der()).map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::try_from(client.key.serialize_der())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![client.certificate.der().clone()], key)
            .map_err(|error| error.to_string())?;
        Ok(Self { config: Arc::new(config), port })
    }

    /// Reads a path.
    pub(crate) fn get(&self, path: &str) -> Outcome<Answer> {
        self.call(&format!("GET {path} HTTP/1.0\r\nAccept: application/json\r\n\r\n"))
    }

    /// Sends a JSON document to a path.
    pub(crate) fn post(&self, path: &str, document: &str) -> Outcome<Answer> {
        let length = document.len();
        self.call(&format!(
            "POST {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{document}"
        ))
    }

    fn call(&self, request: &str) -> Outcome<Answer> {
        let mut stream = self.connect().map_err(|error| error.to_string())?;
        stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            // Not every server says goodbye before it closes.
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error.to_string()),
            Ok(_) | Err(_) => {}
        }
        understand(&String::from_utf8_lossy(&answer))
    }

    fn connect(&self) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let socket = TcpStream::connect_timeout(&address, PATIENCE)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let name = ServerName::IpAddress(address.ip().into());
        let session = ClientConnection::new(Arc::clone(&self.config), name).map_err(std::io::Error::other)?;
        Ok(StreamOwned::new(session, socket))
    }
}

fn understand(answer: &str) -> Outcome<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("not an answer in HTTP")?;
    let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).ok_or("no status")?;
    Ok(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_status_and_a_body() {
        let answer = understand("HTTP/1.0 201 Created\r\nA: b\r\n\r\nyes\r\n\r\nno").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "yes\r\n\r\nno"));
    }
}
