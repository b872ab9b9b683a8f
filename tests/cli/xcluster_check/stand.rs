//! What clusters stand on: a platform with Cilium, a control plane and somebody who answers for metrics, well and broken.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::definition::definition;
use crate::worlds::{kubectl, plugin};
use serde_json::{Value, json};
use testkit::kubectl::{Kubectl, Outcome, program};

/// A moment that is long past.
const LONG_AGO: &str = "2026-01-01T00:00:00Z";

/// How well something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Well,
    Broken,
}

impl State {
    /// The one for who is well, the other for who is not.
    fn choose<T>(self, well: T, broken: T) -> T {
        match self {
            Self::Well => well,
            Self::Broken => broken,
        }
    }

    fn deployment(self, namespace: &str, name: &str) -> Value {
        let lacking = json!({"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable",
            "lastTransitionTime": LONG_AGO});
        let status =
            self.choose(json!({"replicas": 1, "availableReplicas": 1}), json!({"conditions": [lacking]}));
        let labels = json!({"app": name});
        let pod = json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "example.test/app:1"}]}});
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"matchLabels": labels}, "template": pod}, "status": status})
    }

    fn agents(self) -> Value {
        let labels = json!({"k8s-app": "cilium"});
        let pod = json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "agent", "image": "example.test/agent:1"}]}});
        let status = json!({"desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberMisscheduled": 0,
            "updatedNumberScheduled": 3, "numberReady": self.choose(3, 2), "numberAvailable": self.choose(3, 2),
            "numberUnavailable": self.choose(0, 1)});
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "cilium", "namespace": "kube-system"},
            "spec": {"selector": {"matchLabels": labels}, "template": pod}, "status": status})
    }

    fn agent(self) -> Value {
        let ready =
            json!({"type": "Ready", "status": self.choose("True", "False"), "lastTransitionTime": LONG_AGO});
        let status = json!({"phase": "Running", "conditions": [ready]});
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cilium-x", "namespace": "kube-system",
            "labels": {"k8s-app": "cilium"}}, "status": status,
            "spec": {"nodeName": "worker-1", "containers": [{"name": "agent", "image": "example.test/agent:1"}]}})
    }

    fn pool(self) -> Value {
        let conflict = json!({"type": "cilium.io/PoolConflict", "status": self.choose("False", "True"), "reason": "cidr_overlap",
            "message": "Pool conflicts since range 'a' overlaps range 'b'", "lastTransitionTime": LONG_AGO});
        json!({"apiVersion": "cilium.io/v2alpha1", "kind": "CiliumLoadBalancerIPPool", "metadata": {"name": "main"},
            "spec": {"blocks": [{"cidr": "203.0.113.0/28"}]}, "status": {"conditions": [conflict]}})
    }

    fn api(self) -> Value {
        let available = json!({"type": "Available", "status": self.choose("True", "False"), "reason": self.choose("Passed",
            "MissingEndpoints"), "lastTransitionTime": LONG_AGO});
        json!({"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.metrics.k8s.io"},
            "spec": {"group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                "insecureSkipTLSVerify": true, "service": {"name": "metrics-server", "namespace": "kube-system"}},
            "status": {"conditions": [available]}})
    }

    fn node(self) -> Value {
        let ready = json!({"type": "Ready", "status": "True", "lastTransitionTime": LONG_AGO});
        // The sandbox is of 1.36.
        let info = json!({"architecture": "", "bootID": "", "containerRuntimeVersion": "", "kernelVersion": "",
            "kubeProxyVersion": "", "kubeletVersion": self.choose("v1.35.4", "v1.32.0"), "machineID": "", "operatingSystem": "",
            "osImage": "", "systemUUID": ""});
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "worker-1"},
            "status": {"conditions": [ready], "nodeInfo": info}})
    }

    /// What a platform has beside the mesh. Cilium of before 1.18 has its pools in an older version.
    pub(crate) fn objects(self) -> Vec<Value> {
        let pools = definition((
            "cilium.io",
            "v2alpha1",
            "ciliumloadbalancerippools",
            "CiliumLoadBalancerIPPool",
            false,
        ));
        let settings = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cilium-config",
            "namespace": "kube-system"}, "data": {"cni-exclusive": "false"}});
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "linkerd"}});
        let controllers = ["linkerd-destination", "linkerd-identity", "linkerd-proxy-injector"];
        let controllers = controllers.map(|name| self.deployment("linkerd", name));
        let operator = self.deployment("kube-system", "cilium-operator");
        let beside = [self.agents(), self.agent(), operator, self.pool(), self.api(), self.node()];
        [pools, settings, namespace].into_iter().chain(controllers).chain(beside).collect()
    }

    /// The platform, whose exporter is in this state.
    fn world(self, faults: &Value) -> Kubectl {
        let infra = json!({"name": "infra", "objects": self.objects(), "faults": faults});
        kubectl(&json!({"extends": "platform", "clusters": [infra]}).to_string())
    }
}

const STAND: &str =
    "api-version-skew,api-services,cilium-agents,cilium-operator,cilium-pools,control-plane,node-ready";

fn check(kubectl: &Kubectl, more: &[&str]) -> Outcome {
    kubectl.run(["xcluster-check", "--only", STAND].iter().chain(more))
}

#[test]
fn a_platform_that_stands_well_is_told_nothing() {
    if program().is_none() {
        return;
    }
    let well = check(&State::Well.world(&json!([])), &[]);
    assert_eq!(well.code, Some(0), "{well}");
    assert!(well.stdout.starts_with("nothing is wrong in what was asked: "), "{well}");
}

#[test]
fn everything_that_gives_way_is_told_with_what_to_do() {
    if program().is_none() {
        return;
    }
    let broken = check(&State::Broken.world(&json!([])), &[]);
    assert_eq!(broken.code, Some(3), "{broken}");
    insta::assert_snapshot!(broken);
}

#[test]
fn what_nobody_may_see_is_told_with_the_right_that_shows_it() {
    if program().is_none() {
        return;
    }
    let refused =
        |verb: &str, resource: &str| json!({"verb": verb, "resource": resource, "fault": {"status": 403}});
    let faults = [
        refused("list", "apiservices"),
        refused("get", "daemonsets"),
        refused("get", "deployments"),
        refused("list", "ciliumloadbalancerippools"),
        refused("list", "deployments"),
        refused("list", "nodes"),
    ];
    let blind = check(&State::Broken.world(&json!(faults)), &["-o", "wide"]);
    assert_eq!(blind.code, Some(4), "{blind}");
    insta::assert_snapshot!(blind);
}

/// Lets a user have everything that the printed roles of a cluster give.
fn bind(kubectl: &Kubectl, cluster: &str, user: &str) {
    let run = |words: &[&str]| {
        let outcome = kubectl.run(["--context", cluster].iter().chain(words));
        assert_eq!(outcome.code, Some(0), "{outcome}");
    };
    let file = kubectl.home().join("roles.yaml");
    let made = ["apply", "--validate=false", "-f", &file.to_string_lossy()];
    std::fs::write(&file, kubectl.run(["xcluster-check", "--show-rbac"]).stdout).unwrap();
    run(&made);
    let group = "rbac.authorization.k8s.io";
    let binding = |kind: &str, role: &str, namespace: Option<&str>| {
        json!({"apiVersion": format!("{group}/v1"), "kind": kind, "metadata": {"name": role, "namespace": namespace},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user}]})
    };
    let everywhere = binding("ClusterRoleBinding", "xcluster-check-reader", None);
    let links = binding("RoleBinding", "xcluster-check-reader-links", Some("linkerd-multicluster"));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [everywhere, links]});
    std::fs::write(&file, list.to_string()).unwrap();
    run(&made);
}

#[test]
fn who_has_the_printed_roles_sees_as_much_as_who_may_do_everything() {
    if program().is_none() {
        return;
    }
    let kubectl = State::Broken.world(&json!([]));
    for cluster in ["infra", "apps"] {
        bind(&kubectl, cluster, "looker");
    }
    let (all, bound) = (check(&kubectl, &["-o", "json"]), check(&kubectl, &["-o", "json", "--as", "looker"]));
    let findings = |outcome: &Outcome| {
        let fingerprint = |finding: &Value| finding["fingerprint"].as_str().unwrap().to_owned();
        let all: Vec<_> = outcome.json()["findings"].as_array().unwrap().iter().map(fingerprint).collect();
        // Who signs is shown by a role that is not bound here.
        all.into_iter().filter(|one| !one.starts_with("not-looked-at")).collect::<Vec<_>>()
    };
    assert!(findings(&all).len() > 7, "{all}");
    assert_eq!(findings(&bound), findings(&all));
}

/// Two clusters in files, of these versions.
fn versions(infra: &str, apps: &str) -> Outcome {
    let kubectl = Kubectl::new(plugin()).kubeconfig("/dev/null");
    let mut words = vec!["xcluster-check".to_owned(), "--only".to_owned(), STAND.to_owned()];
    for (cluster, meta) in [("infra", infra), ("apps", apps)] {
        let folder = kubectl.home().join(cluster);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("meta.yaml"), meta).unwrap();
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": cluster}});
        std::fs::write(folder.join("all.yaml"), namespace.to_string()).unwrap();
        words.extend(["--from".to_owned(), format!("{cluster}={}", folder.display())]);
    }
    kubectl.run(words)
}

#[test]
fn files_say_of_which_version_they_are_or_it_is_not_looked_at() {
    if program().is_none() {
        return;
    }
    let far = versions("serverVersion: v1.30.2", "serverVersion: v1.34.1");
    let text = "infra has Kubernetes v1.30.2, and apps v1.34.1: 4 minor versions apart";
    assert!(far.stdout.replace("\n  ", " ").contains(text), "{far}");
    let near = versions("serverVersion: v1.33.2", "serverVersion: v1.34.1");
    assert!(!near.stdout.contains("api-version-skew"), "{near}");
    let silent = versions("serverVersion: v1.33.2", "");
    assert!(silent.stdout.contains("serverVersion` of meta.yaml"), "{silent}");
}
