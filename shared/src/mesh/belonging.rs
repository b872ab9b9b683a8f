//! Which cluster a Link leads to. Only its credentials tell: names are free, and a wrong guess would write to the
//! wrong cluster.

use super::snapshot::{Belonging, Proof};
use crate::terms::Observed;

/// What the kubeconfig in a credentials Secret says of its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `https://host:port`, normalised.
    pub server: String,
    /// The authority's certificates, DER.
    pub authority: Vec<Vec<u8>>,
    /// Whether their token names an account, whose uid can be compared.
    pub names_account: bool,
}

/// What this run knows of the exporter and of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// `https://host:port`, normalised.
    pub server: String,
    /// The authority's certificates, DER.
    pub authority: Vec<Vec<u8>>,
}

/// What the addresses and authorities tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// They lead to the exporter.
    Exporter(Proof),
    /// They lead elsewhere.
    Elsewhere,
    /// The account of their token tells: the server is reached by another address from here than from there.
    AskAccount {
        /// Whether they trust the authority of the exporter, and of no other cluster of this run.
        trusts_exporter_alone: bool,
    },
}

/// Judges whose cluster the credentials are for, by what is known without asking anybody.
pub fn judge(credentials: &Credentials, exporter: &Party, others: &[&Party]) -> Judged {
    if credentials.server == exporter.server {
        return Judged::Exporter(Proof::SameServer);
    }
    if others.iter().any(|other| other.server == credentials.server) {
        return Judged::Elsewhere;
    }
    let shares = |party: &Party| credentials.authority.iter().any(|one| party.authority.contains(one));
    let trusts_exporter_alone = shares(exporter) && !others.iter().any(|other| shares(other));
    // One authority may have issued the certificates of clusters that are no part of this run.
    match (credentials.names_account, trusts_exporter_alone) {
        (true, _) => Judged::AskAccount { trusts_exporter_alone },
        (false, true) => Judged::Exporter(Proof::SameAuthority),
        (false, false) => Judged::Elsewhere,
    }
}

/// Judges by the uid that the account of the token has in the exporter. `is_meant` says that everything else points to the
/// exporter: the name of the Link's target, and an authority that no other cluster has. Then an account that is not there
/// any more, or was made anew, is no reason to take the Link for somebody else's: its token is revoked.
pub fn judge_account(claimed: &str, found: Observed<String>, is_meant: bool) -> Belonging {
    match found {
        Observed::Present(uid) if uid == claimed => Belonging::Exporter(Proof::SameAccount),
        Observed::Present(_) | Observed::Absent if is_meant => Belonging::Exporter(Proof::SameAuthority),
        Observed::Present(_) | Observed::Absent => Belonging::Elsewhere,
        Observed::Unknown(obstacle) => Belonging::Unasked(obstacle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(server: &str, authority: &[u8]) -> Party {
        Party { server: server.into(), authority: vec![authority.to_vec()] }
    }

    fn credentials(server: &str, authority: &[u8]) -> Credentials {
        Credentials { server: server.into(), authority: vec![authority.to_vec()], names_account: true }
    }

    #[test]
    fn the_same_server_is_the_same_cluster() {
        let judged = judge(&credentials("https://a:6443", b"x"), &party("https://a:6443", b"y"), &[]);
        assert_eq!(judged, Judged::Exporter(Proof::SameServer));
    }

    #[test]
    fn at_another_address_the_account_is_asked_for_and_the_authority_counts_only_without_one() {
        let (exporter, other) = (party("https://127.0.0.1:6443", b"infra"), party("https://b:6443", b"apps"));
        let named = credentials("https://10.0.0.5:6443", b"infra");
        assert_eq!(judge(&named, &exporter, &[&other]), Judged::AskAccount { trusts_exporter_alone: true });
        let nameless = Credentials { names_account: false, ..named };
        assert_eq!(judge(&nameless, &exporter, &[&other]), Judged::Exporter(Proof::SameAuthority));
    }

    #[test]
    fn a_shared_authority_proves_nothing_so_the_account_is_asked_for() {
        let (exporter, other) = (party("https://a:6443", b"shared"), party("https://b:6443", b"shared"));
        let judged = |server| judge(&credentials(server, b"shared"), &exporter, &[&other]);
        assert_eq!(judged("https://c:6443"), Judged::AskAccount { trusts_exporter_alone: false });
        assert_eq!(judged("https://b:6443"), Judged::Elsewhere);
        let nameless = Credentials { names_account: false, ..credentials("https://c:6443", b"shared") };
        assert_eq!(judge(&nameless, &exporter, &[&other]), Judged::Elsewhere);
    }

    #[test]
    fn an_account_is_the_exporters_when_it_has_the_same_uid_there() {
        let judged = |uid: &str, is_meant| judge_account("1-2-3", Observed::Present(uid.into()), is_meant);
        assert_eq!(judged("1-2-3", false), Belonging::Exporter(Proof::SameAccount));
        assert_eq!(judged("9-9-9", false), Belonging::Elsewhere);
        assert_eq!(judge_account("1-2-3", Observed::Absent, false), Belonging::Elsewhere);
    }

    #[test]
    fn an_account_that_was_made_anew_revokes_the_token_of_a_link_that_is_meant_for_the_exporter() {
        for found in [Observed::Present("9-9-9".to_owned()), Observed::Absent] {
            assert_eq!(judge_account("1-2-3", found, true), Belonging::Exporter(Proof::SameAuthority));
        }
    }
}
