//! Who comes, by what is known of it.

use super::Reference;
use crate::mesh::network::Cidr;

/// A client, by what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller<'a> {
    /// An account of this cluster, with its whole identity and the addresses of its pods.
    Known {
        /// Its identity.
        identity: &'a str,
        /// Namespace and name of its account.
        account: (&'a str, &'a str),
        /// The addresses of its pods; empty when they are not known.
        addresses: &'a [String],
    },
    /// Somebody of a trust domain, which may be that of this cluster too.
    Anybody {
        /// The trust domain, where it is known.
        trust: Option<&'a str>,
        /// The trust domain of this cluster, where it is known.
        own_trust: Option<&'a str>,
        /// A namespace where nobody of them is.
        without: Option<&'a str>,
        /// Addresses, of which one at least is that of who comes; empty when none are known.
        addresses: &'a [String],
    },
}

impl Caller<'_> {
    /// Whether it comes, or may come, from one of these ranges.
    pub(super) fn is_in(self, ranges: &[(String, Vec<String>)]) -> bool {
        let (Self::Known { addresses, .. } | Self::Anybody { addresses, .. }) = self;
        // A range that cannot be read lets in, and takes nothing out.
        let covers = |range: &str, address: &str| {
            let length = if address.contains(':') { 128 } else { 32 };
            Some(Cidr::read(range)?.covers(Cidr::read(&format!("{address}/{length}"))?))
        };
        let is_admitted = |address: &String| {
            let is_out = |out: &String| covers(out, address).unwrap_or(false);
            let is_in = |wide: &str| covers(wide, address).unwrap_or(true);
            ranges.iter().any(|(wide, out)| is_in(wide) && !out.iter().any(is_out))
        };
        let is_any = matches!(self, Self::Anybody { .. });
        !ranges.is_empty()
            && if is_any {
                addresses.is_empty() || addresses.iter().any(is_admitted)
            } else {
                addresses.iter().all(is_admitted)
            }
    }

    /// Whether an identity of a policy is, or may be, that of the client.
    pub(super) fn has_identity(self, pattern: &str) -> bool {
        let suffix = pattern.strip_prefix('*');
        // Elsewhere it stands for itself, and no identity has it.
        if suffix.unwrap_or(pattern).contains('*') {
            return false;
        }
        match (self, suffix) {
            (_, Some("")) => true,
            (Self::Anybody { without: Some(without), .. }, _) if is_in_namespace(pattern, without) => false,
            (Self::Anybody { trust: None, .. }, _) => true,
            (Self::Known { identity, .. }, Some(suffix)) => identity.ends_with(suffix),
            (Self::Known { identity, .. }, None) => identity == pattern,
            (Self::Anybody { trust: Some(trust), .. }, suffix) => {
                let trust = format!(".{trust}");
                pattern.ends_with(&trust) || suffix.is_some_and(|suffix| trust.ends_with(suffix))
            }
        }
    }

    /// Whether an account of this cluster is, or may be, that of the client: its identity has this cluster's trust domain.
    pub(super) fn is_account(self, wanted: &Reference) -> bool {
        match self {
            Self::Known { account: (namespace, name), .. } => match wanted.kind.as_str() {
                "Namespace" => wanted.name == namespace,
                _ => wanted.namespace == namespace && wanted.name == name,
            },
            Self::Anybody { trust, own_trust, without, .. } => {
                let place = if wanted.kind == "Namespace" { &wanted.name } else { &wanted.namespace };
                without.is_none_or(|without| without != place)
                    && trust.zip(own_trust).is_none_or(|(trust, own)| trust == own)
            }
        }
    }
}

/// Whether an identity, or the end of some, is of a namespace: the second part of one that begins with an account.
fn is_in_namespace(pattern: &str, namespace: &str) -> bool {
    let mut parts = pattern.split('.').skip(1);
    parts.next() == Some(namespace) && parts.next() == Some("serviceaccount")
}
