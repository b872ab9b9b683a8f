//! Links, and whose cluster each leads to.

use super::Key;
use crate::mesh::link::Link;
use crate::mesh::machinery::Token;
use crate::terms::Obstacle;

/// Whether a Link's credentials lead to the exporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belonging {
    /// They do, as this shows.
    Exporter(Proof),
    /// They lead elsewhere.
    Elsewhere,
    /// Its target is called like the exporter, which does not have this account of its token: `NAMESPACE/NAME`. The exporter
    /// was made anew, or the Link is for another cluster of that name.
    Stranger(String),
    /// They lead to the cluster that the Link itself is in.
    Itself,
    /// Nobody can say: they cannot be read.
    Unknown(Obstacle),
    /// Nobody can say: the exporter could not be asked whether it knows their account.
    Unasked(Obstacle),
}

impl Belonging {
    /// Whether it is known that they do not lead to the exporter.
    pub fn leads_away(&self) -> bool {
        match self {
            Self::Elsewhere | Self::Stranger(_) | Self::Itself => true,
            Self::Exporter(_) | Self::Unknown(_) | Self::Unasked(_) => false,
        }
    }
}

/// Why a Link is taken to lead to the exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Its kubeconfig names the same API server.
    SameServer,
    /// Its kubeconfig trusts the same certificate authority, which no other cluster of this run has; the server goes by
    /// another address there. Its token names no account, or one that is not there any more, and then the Link's target
    /// is called like the exporter.
    SameAuthority,
    /// Its token was made for a ServiceAccount of the exporter, which has this very uid there.
    SameAccount,
    /// Its target is called like the exporter, or its gateway is the exporter's, and nothing proves more: there are manifests alone, or
    /// nobody may read its credentials, and nothing is done by what is seen.
    Name,
}

/// Which certificates of its server a kubeconfig takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trusting {
    /// Those of its own authority, against which nothing speaks.
    #[default]
    Own,
    /// Those of an authority that is not the exporter's, as this run knows it.
    Stranger,
    /// Those of an authority that is none of the exporter's own, behind an address where something else may answer for it; whether
    /// it is called like one of these, so that it was one.
    Other(bool),
    /// Whatever they are, it brings neither a token nor a certificate of its own.
    Anonymous,
    /// Whatever they are, no program in a pod uses the kubeconfig: the field, and why.
    Refused(&'static str, &'static str),
    /// Whatever they are, its token lacks this claim, without which no API server takes it.
    Incomplete(&'static str),
    /// Whatever they are, its token is a part of one alone.
    Cut,
    /// None any more: its own authority has expired.
    Expired,
    /// Those that everybody believes: it names no authority.
    Public,
    /// All.
    Anything,
}

/// Where the address of a server is one of inside a cluster: of the Service `kubernetes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// Of the consumer, whose own API server it is there, whatever it is elsewhere.
    Consumer,
    /// Of the exporter alone.
    Exporter,
}

/// A Link and whose cluster it points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSeen {
    /// What it says.
    pub link: Link,
    /// Whether its credentials lead to the exporter.
    pub belonging: Belonging,
    /// The API server of its credentials, `https://host:port` with its path; empty where they cannot be read.
    pub server: String,
    /// Whether that is an address for pods of one cluster alone.
    pub inside: Option<Inside>,
    /// What its credentials say of the server's certificate.
    pub trusting: Trusting,
    /// Whether the Link was written just now, so that its service mirror may not have followed it yet.
    pub is_fresh: bool,
    /// When their Secret was changed after the Link was, and after its controller was started, as the API writes times; empty
    /// where it was not.
    pub changed: String,
    /// The token of its credentials, when they lead to the exporter and have one that names its account.
    pub token: Option<Token>,
    /// For how many seconds more the certificate is good by which the exporter knows who comes, where that is no token, and if
    /// it is soon over.
    pub certified: Option<i64>,
    /// Which Services it says it does not mirror.
    pub refused: Vec<Refusal>,
    /// Why nobody may read its credentials, where something else tells whose it is.
    pub hidden: Option<Obstacle>,
}

impl LinkSeen {
    /// A Link of whose credentials nothing is known.
    pub fn alone(link: Link, belonging: Belonging) -> Self {
        Self {
            link,
            belonging,
            server: String::new(),
            inside: None,
            trusting: Trusting::Own,
            is_fresh: false,
            changed: String::new(),
            token: None,
            certified: None,
            refused: Vec::new(),
            hidden: None,
        }
    }
}

/// A Service that a Link's status says it does not mirror. Hearsay: entries outlive what they describe, and some never come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The exported Service.
    pub exported: Key,
    /// Whether as a member of a federated Service.
    pub is_federated: bool,
    /// Why, in the words of the service mirror: `Reason: message`.
    pub said: String,
}
