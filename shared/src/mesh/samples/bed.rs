//! Both sides of a mesh as an installation leaves them, to be broken piece by piece.

use super::{cluster, consumer, default_link, install, labels, mesh, service};
use crate::mesh::link::{Link, Way};
use crate::mesh::machinery::{
    CiliumSettings, Deployment, Discovery, GatewayService, Issuer, Lease, Lost, Machinery, Pod, Probed,
    Settings, Token,
};
use crate::mesh::snapshot::{
    Belonging, ConsumerSeen, LinkSeen, MeshSeen, NamespaceState, Proof, ServiceSeen,
};
use crate::terms::{Observed, PerCluster};

pub(in crate::mesh) const IDENTITY: &str =
    "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.mesh.example";

/// Both sides as an installation leaves them.
pub(in crate::mesh) struct Bed {
    pub(in crate::mesh) here: Machinery,
    pub(in crate::mesh) there: Machinery,
    pub(in crate::mesh) token: Option<Token>,
    pub(in crate::mesh) link: Link,
    pub(in crate::mesh) service: ServiceSeen,
    pub(in crate::mesh) server: String,
    pub(in crate::mesh) proof: Proof,
    pub(in crate::mesh) namespace: Observed<NamespaceState>,
    pub(in crate::mesh) discovery: Vec<Discovery>,
    pub(in crate::mesh) way: Way,
}

pub(super) fn pod(name: &str, own: &[(&str, &str)]) -> Pod {
    Pod {
        namespace: "linkerd-multicluster".into(),
        name: format!("{name}-0"),
        labels: labels(own),
        account: name.into(),
        is_meshed: true,
        is_ready: true,
        ..Pod::default()
    }
}

fn machinery(services: Vec<GatewayService>, deployments: Vec<Deployment>, pods: Vec<Pod>) -> Machinery {
    let lease = Lease {
        name: "service-mirror-write-infra".into(),
        holder: "controller-infra-0".into(),
        duration: 30,
        age: Some(4),
        behind: None,
    };
    let settings = Settings {
        cluster_domain: Some("infra.example".into()),
        trust_domain: Some("mesh.example".into()),
        ..Settings::default()
    };
    Machinery {
        namespace: "linkerd-multicluster".into(),
        services: Observed::Present(services),
        deployments: Observed::Present(deployments),
        pods: Observed::Present(pods),
        leases: Observed::Present(vec![lease]),
        settings: Observed::Present(settings),
        rights: Observed::Present(install::rights()),
        policies: Observed::Absent,
        backends: Observed::Absent,
        roots: Observed::Present(install::roots(&["root"])),
        issuer: Observed::Present(Issuer::default()),
        injector: Observed::Absent,
        announcer: Observed::Absent,
        unannounced: None,
        home: None,
        nodes: Observed::Absent,
        externals: vec![],
        lost: Lost::default(),
        going: vec![],
        fences: Observed::Present(vec![]),
        routes: Observed::Present(vec![]),
        other_routes: Observed::Present(vec![]),
        has_old_routes: false,
        probed: Observed::Present(vec![]),
        cilium: Observed::Present(CiliumSettings::default()),
    }
}

/// What a service mirror probes by its Link.
fn probed(link: &Link) -> Probed {
    let addresses = link.gateway_address.split(',').map(|one| one.trim().to_owned()).collect();
    let identity = Some(link.gateway.identity.clone());
    let ports = link.gateway.probe.port.parse().into_iter().collect();
    Probed { name: format!("probe-{}", link.name), addresses, ports, identity }
}

impl Bed {
    #[expect(clippy::too_many_lines, reason = "an installation, one object after the other")]
    pub(in crate::mesh) fn healthy() -> Self {
        let own = [("component", "controller"), ("mirror.linkerd.io/cluster-name", "infra")];
        let controller = Deployment {
            name: "controller-infra".into(),
            labels: labels(&own),
            arguments: vec!["service-mirror".into(), "infra".into()],
            wanted: 1,
            available: 1,
            turned: String::new(),
            trouble: String::new(),
            version: String::new(),
        };
        let probe = GatewayService {
            name: "probe-infra".into(),
            ports: vec![("mc-probe".into(), 4191, 0)],
            ..GatewayService::default()
        };
        let gateway = GatewayService {
            name: "linkerd-gateway".into(),
            annotations: labels(&[("mirror.linkerd.io/gateway-identity", IDENTITY)]),
            service_type: "LoadBalancer".into(),
            ports: vec![("mc-gateway".into(), 4143, 0), ("mc-probe".into(), 4191, 0)],
            targets: vec![("mc-gateway".into(), "4143".into()), ("mc-probe".into(), "4191".into())],
            selector: labels(&[("app", "linkerd-gateway")]),
            ingress: vec!["203.0.113.10".into()],
            ..GatewayService::default()
        };
        let mut link = default_link("infra").link;
        link.target_domain = "infra.example".into();
        link.version = "v1alpha3".into();
        Self {
            here: Machinery {
                probed: Observed::Present(vec![probed(&default_link("infra").link)]),
                ..machinery(vec![probe], vec![controller], vec![pod("controller-infra", &own)])
            },
            there: Machinery {
                policies: Observed::Present(install::policies()),
                backends: Observed::Present(vec![install::database()].into()),
                ..machinery(vec![gateway], vec![], vec![install::gateway()])
            },
            token: Some(Token {
                namespace: "linkerd-multicluster".into(),
                account: "linkerd-service-mirror-remote-access-default".into(),
                secret: Some("mirror-token".into()),
                left: None,
                has_account: Observed::Present(()),
                remade: None,
                has_secret: Observed::Present(()),
                is_replaced: false,
            }),
            link,
            service: ServiceSeen {
                selector: labels(&[("app", "postgres")]),
                targets: vec![(5432, "postgresql".into())],
                ..service()
            },
            server: "https://infra.example:6443".into(),
            proof: Proof::SameServer,
            namespace: Observed::Present(NamespaceState::Active),
            discovery: vec![install::discovery()],
            way: Way::Gateway,
        }
    }

    /// What is seen of it, with a consumer that has nothing but its Link.
    pub(in crate::mesh) fn seen(&self) -> MeshSeen {
        self.seen_with(|_| ())
    }

    /// The same with a consumer that has more, or less.
    pub(in crate::mesh) fn seen_with(&self, change: impl FnOnce(&mut ConsumerSeen)) -> MeshSeen {
        let link = LinkSeen {
            link: self.link.clone(),
            token: self.token.clone(),
            server: self.server.clone(),
            belonging: Belonging::Exporter(self.proof),
            ..default_link("infra")
        };
        let mut apps = consumer(vec![link]);
        apps.namespaces.insert("databases".into(), self.namespace.clone());
        change(&mut apps);
        let mut here = self.here.clone();
        if let Observed::Present(all) = &mut here.probed {
            // What nobody has broken follows the Link.
            let untouched = probed(&default_link("infra").link);
            all.iter_mut().filter(|one| **one == untouched).for_each(|one| *one = probed(&self.link));
        }
        let mut all = mesh(self.service.clone(), vec![("apps", apps)]);
        all.discovery = [(cluster("apps"), Observed::Present(self.discovery.clone()))].into();
        all.machinery = PerCluster::of(&all.fleet.clone(), |name| {
            Observed::Present(if *name == cluster("infra") { self.there.clone() } else { here.clone() })
        });
        all
    }
}

pub(in crate::mesh) fn in_list<T>(list: &mut Observed<T>) -> &mut T {
    let Observed::Present(list) = list else { panic!("the healthy mesh is seen") };
    list
}
