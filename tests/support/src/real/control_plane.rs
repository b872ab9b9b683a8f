//! One real control plane, and clients for it.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code: a ground that cannot be read must stop the test; unique names need the time"
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use http::header::{HeaderValue, USER_AGENT};
use k8s_openapi::ByteString;
use kube::config::{Cluster, KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair};

/// What the requests of the tests themselves call themselves in the audit log.
const AGENT: HeaderValue = HeaderValue::from_static("testkit");

/// One real control plane.
#[derive(Debug)]
pub struct ControlPlane {
    name: String,
    folder: PathBuf,
    kubeconfig: Kubeconfig,
}

impl ControlPlane {
    pub(super) fn new(name: String, ground: &Path, kubeconfig: &Kubeconfig) -> Self {
        let folder = ground.join(&name);
        Self { name, folder, kubeconfig: kubeconfig.clone() }
    }

    /// Its name, which is also its context.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its folder, with the logs of its programs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How an administrator reaches it, under the context of its name.
    pub fn kubeconfig(&self) -> &Kubeconfig {
        &self.kubeconfig
    }

    /// The file that every request is logged in; read it through `audit`.
    pub fn audit_log(&self) -> PathBuf {
        self.folder.join("audit.log")
    }

    /// Where the API server listens: `https://127.0.0.1:<port>`.
    pub fn server(&self) -> String {
        self.entry().server.expect("every cluster has a server")
    }

    /// The certificate of its authority, as PEM.
    pub fn authority(&self) -> String {
        let data = self.entry().certificate_authority_data.expect("every cluster has an authority");
        let bytes: ByteString = serde_json::from_value(data.into()).expect("base64");
        String::from_utf8(bytes.0).expect("PEM is text")
    }

    fn entry(&self) -> Cluster {
        let mut clusters = self.kubeconfig.clusters.iter();
        let own = clusters.find(|cluster| cluster.name == self.name);
        own.and_then(|cluster| cluster.cluster.clone()).expect("the kubeconfig describes every cluster")
    }

    /// The key of its authority, as PEM: whoever holds it can make any user.
    pub fn authority_key(&self) -> String {
        self.read("ca.key")
    }

    /// How an administrator connects, under the user agent `testkit`.
    pub async fn config(&self) -> Config {
        let options = KubeConfigOptions { context: Some(self.name.clone()), ..KubeConfigOptions::default() };
        let mut config = Config::from_custom_kubeconfig(self.kubeconfig.clone(), &options)
            .await
            .expect("the kubeconfig of the ground describes this cluster");
        // It listens on this machine: no proxy that the environment names is on the way.
        config.proxy_url = None;
        config.headers.push((USER_AGENT, AGENT));
        config
    }

    /// A client with all rights, under the user agent `testkit`.
    pub async fn client(&self) -> Client {
        Client::try_from(self.config().await).expect("the kubeconfig of the ground is complete")
    }

    /// A client with the rights of this user and these groups, by impersonation.
    pub async fn client_as(&self, user: &str, groups: &[&str]) -> Client {
        let mut config = self.config().await;
        config.auth_info.impersonate = Some(user.to_owned());
        let groups: Vec<_> = groups.iter().map(ToString::to_string).collect();
        config.auth_info.impersonate_groups = (!groups.is_empty()).then_some(groups);
        Client::try_from(config).expect("the kubeconfig of the ground is complete")
    }

    /// A certificate of this user in this group, and its key, both as PEM.
    pub fn client_certificate(&self, user: &str, group: &str) -> (String, String) {
        let mut authority = CertificateParams::default();
        authority.distinguished_name = DistinguishedName::new();
        // As `xtask` names it: the name of an issuer is all that a certificate says of it.
        authority.distinguished_name.push(DnType::CommonName, format!("{}-authority", self.name));
        let key = KeyPair::from_pem(&self.authority_key()).expect("the key of an authority");
        let authority = Issuer::new(authority, key);
        let mut client = CertificateParams::default();
        client.distinguished_name = DistinguishedName::new();
        client.distinguished_name.push(DnType::CommonName, user);
        client.distinguished_name.push(DnType::OrganizationName, group);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = client.signed_by(&key, &authority).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).expect("the folder of a control plane is complete")
    }
}

/// A name that begins like this and that no other test uses, in this run or beside it; for namespaces, at most
/// 63 characters.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-{}-{:x}-{number}", std::process::id(), now.subsec_nanos())
}
