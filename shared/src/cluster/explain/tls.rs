//! Why a TLS handshake failed.

use super::words::one_line;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// One line for a TLS error.
#[expect(clippy::wildcard_enum_match_arm, reason = "rustls adds kinds; each unknown one keeps its own words")]
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(problem) => format!("the server's certificate {}", certificate(problem)),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "the server speaks http, but its URL says https".to_owned()
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure) => "the TLS handshake failed: the server offers no type of \
                                                                     certificate that we can check (it may use a P-521 key); \
                                                                     P-256, P-384, Ed25519 and RSA work"
            .to_owned(),
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            "the TLS handshake failed: the server supports none of our TLS versions and ciphers (TLS 1.2 and 1.3)".to_owned()
        }
        Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => format!("the server refused our client certificate: {}", one_line(&error.to_string())),
        Error::NoCertificatesPresented => "the server sent no certificate".to_owned(),
        other => format!("the TLS handshake failed: {}", one_line(&other.to_string())),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls adds kinds; each unknown one keeps its own words")]
fn certificate(problem: &CertificateError) -> String {
    match problem {
        CertificateError::UnknownIssuer => "is not signed by the cluster's certificate authority".to_owned(),
        CertificateError::BadSignature => {
            "is signed by another certificate authority of the same name as the cluster's".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("has expired, or the clock of this machine is wrong{}", moment(problem))
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("is not valid yet, or the clock of this machine is wrong{}", moment(problem))
        }
        CertificateError::NotValidForNameContext { expected, presented } if presented.is_empty() => {
            format!("has no subject alternative name, so it is not valid for {}", expected.to_str())
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names = presented.iter().map(|name| plain_name(name)).collect::<Vec<_>>().join(", ");
            format!("is valid for {}, not for {}", one_line(&names), expected.to_str())
        }
        CertificateError::NotValidForName => "is not valid for the server's host name".to_owned(),
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "is self-signed, which we cannot check; give the server one signed by a CA".to_owned()
        }
        other => format!("cannot be checked: {}", one_line(&other.to_string())),
    }
}

/// `DnsName("a.example")` and `IpAddress(127.0.0.1)` as people write them.
fn plain_name(presented: &str) -> String {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(presented);
    inner.trim_matches('"').to_owned()
}

fn moment(problem: &CertificateError) -> String {
    let seconds = if let CertificateError::ExpiredContext { not_after: moment, .. }
    | CertificateError::NotValidYetContext { not_before: moment, .. } = problem
    {
        moment.as_secs()
    } else {
        return String::new();
    };
    let moment = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map(|moment| format!(" ({moment})")).unwrap_or_default()
}
