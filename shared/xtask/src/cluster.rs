//! One control plane: its files, its programs, and when it is ready.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::Outcome;
use crate::binaries::Binaries;
use crate::certificates::{Authority, Identity, new_key};
use crate::flags;
use crate::http::Caller;
use crate::keeper::Keeper;
use crate::kubeconfig::{self, Entry};
use crate::ports;

/// The group that may do everything.
const MASTERS: &str = "system:masters";
/// The one Node of each cluster. There is no scheduler: a pod names it.
const NODE: &str = "worker-1";

/// Where a control plane lives.
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) folder: PathBuf,
    pub(crate) ports: Ports,
    /// The range of its Service addresses; different in each cluster.
    pub(crate) services: String,
    /// The range of its pod addresses; different in each cluster.
    pub(crate) pods: String,
}

/// The ports of a control plane, on 127.0.0.1.
pub(crate) struct Ports {
    pub(crate) etcd: u16,
    pub(crate) etcd_peer: u16,
    pub(crate) api: u16,
    pub(crate) kubelet: u16,
}

/// A control plane whose files exist.
pub(crate) struct Cluster {
    pub(crate) site: Site,
    authority: Authority,
    admin: Identity,
    caller: Caller,
}

impl Cluster {
    /// Writes the files of the control plane with this name and number into a new folder.
    pub(crate) fn prepare(name: &'static str, number: usize, folder: PathBuf) -> Outcome<Self> {
        let [etcd, etcd_peer, api, kubelet] = ports::free()?;
        let network = format!("10.{}.0", 100 + number);
        let ports = Ports { etcd, etcd_peer, api, kubelet };
        let services = format!("{network}.0/16");
        let site = Site { name, folder, ports, services, pods: format!("10.{}.0.0/16", 200 + number) };
        fs::create_dir(&site.folder).map_err(|error| error.to_string())?;
        let authority = Authority::new(&format!("{name}-authority"))?;
        let admin = authority.client("admin", MASTERS)?;
        let caller = Caller::new(&authority, &admin, api)?;
        let cluster = Self { site, authority, admin, caller };
        cluster.write_servers(&format!("{network}.1"))?;
        cluster.write_clients()?;
        Ok(cluster)
    }

    /// Starts the store.
    pub(crate) fn start_store(&self, keeper: &mut Keeper, binaries: &Binaries) -> Outcome<()> {
        self.start(keeper, &binaries.etcd, flags::etcd(&self.site))
    }

    /// Starts the API server. The store must answer.
    pub(crate) fn start_api(&self, keeper: &mut Keeper, binaries: &Binaries) -> Outcome<()> {
        self.start(keeper, &binaries.kube_apiserver, flags::kube_apiserver(&self.site))
    }

    /// Starts what works on the objects. The API must answer.
    pub(crate) fn start_workers(&self, keeper: &mut Keeper, binaries: &Binaries) -> Outcome<()> {
        self.start(keeper, &binaries.kube_controller_manager, flags::kube_controller_manager(&self.site))?;
        self.start(keeper, &binaries.kwok, flags::kwok(&self.site, &binaries.stages))?;
        let node = json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": NODE,
                "labels": { "kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux" },
            },
        });
        let answer = self.caller.post("/api/v1/nodes", &node.to_string())?;
        if answer.status == 201 { Ok(()) } else { Err(format!("cannot create a Node: {}", answer.body)) }
    }

    /// Whether the API server answers and is done with its own start.
    pub(crate) fn api_ready(&self) -> bool {
        self.caller.get("/readyz").is_ok_and(|answer| answer.status == 200)
    }

    /// Whether the controllers and the Node are at work.
    pub(crate) fn workers_ready(&self) -> bool {
        let account = self.caller.get("/api/v1/namespaces/default/serviceaccounts/default");
        let node = self.caller.get(&format!("/api/v1/nodes/{NODE}"));
        account.is_ok_and(|answer| answer.status == 200) && node.is_ok_and(|answer| is_ready(&answer.body))
    }

    /// How tests reach it.
    pub(crate) fn entry(&self) -> Entry {
        Entry::new(self.site.name, self.site.ports.api, &self.authority, &self.admin)
    }

    fn start(&self, keeper: &mut Keeper, program: &Path, flags: Vec<String>) -> Outcome<()> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let log = self.site.folder.join(format!("{name}.log"));
        let title = format!("{}/{name}", self.site.name);
        keeper.start_service(&title, Command::new(program).args(flags), &log)
    }

    fn write_servers(&self, service_address: &str) -> Outcome<()> {
        let kubernetes = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
        let mut answers = vec!["127.0.0.1", "localhost", service_address];
        answers.extend(kubernetes);
        self.write_identity("server", &self.authority.server("kube-apiserver", &answers)?)?;
        self.write_identity("kubelet", &self.authority.server(NODE, &["127.0.0.1", NODE])?)?;
        self.write("ca.crt", &self.authority.pem())?;
        self.write("ca.key", &self.authority.key_pem())?;
        let accounts = new_key()?;
        self.write("service-account.key", &accounts.serialize_pem())?;
        self.write("service-account.pub", &accounts.public_key_pem())?;
        self.write("audit-policy.yaml", flags::AUDIT_POLICY)
    }

    fn write_clients(&self) -> Outcome<()> {
        for (file, user) in [("controller-manager", "kube-controller-manager"), ("kwok", "kwok")] {
            let client = self.authority.client(user, MASTERS)?;
            let entry = Entry::new(self.site.name, self.site.ports.api, &self.authority, &client);
            self.write(&format!("{file}.kubeconfig"), &kubeconfig::of_one(entry))?;
        }
        Ok(())
    }

    fn write_identity(&self, name: &str, identity: &Identity) -> Outcome<()> {
        self.write(&format!("{name}.crt"), &identity.certificate.pem())?;
        self.write(&format!("{name}.key"), &identity.key.serialize_pem())
    }

    fn write(&self, file: &str, text: &str) -> Outcome<()> {
        let path = self.site.folder.join(file);
        fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

fn is_ready(node: &str) -> bool {
    let node: Value = serde_json::from_str(node).unwrap_or_default();
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|condition| {
        condition.get("type") == Some(&json!("Ready")) && condition.get("status") == Some(&json!("True"))
    })
}
