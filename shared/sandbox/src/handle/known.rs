//! What every cluster serves and the sandbox does not: it is refused, lest it look absent.

/// Groups with their resources; a star is all of them.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "bindings",
            "componentstatuses",
            "limitranges",
            "persistentvolumes",
            "podtemplates",
            "replicationcontrollers",
            "resourcequotas",
            // The old form of watches: `/api/v1/watch/pods`.
            "watch",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "validatingwebhookconfigurations",
            "watch",
        ],
    ),
    ("apiregistration.k8s.io", &["watch"]),
    ("apps", &["controllerrevisions", "watch"]),
    ("authentication.k8s.io", &["tokenreviews"]),
    (
        "authorization.k8s.io",
        &["localsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews"],
    ),
    ("autoscaling", &["*"]),
    ("batch", &["watch"]),
    ("certificates.k8s.io", &["*"]),
    ("events.k8s.io", &["*"]),
    ("flowcontrol.apiserver.k8s.io", &["*"]),
    ("networking.k8s.io", &["ingressclasses", "ipaddresses", "servicecidrs", "watch"]),
    ("node.k8s.io", &["*"]),
    ("policy", &["*"]),
    ("rbac.authorization.k8s.io", &["watch"]),
    ("resource.k8s.io", &["*"]),
    ("scheduling.k8s.io", &["*"]),
    (
        "storage.k8s.io",
        &[
            "csidrivers",
            "csinodes",
            "csistoragecapacities",
            "volumeattachments",
            "volumeattributesclasses",
            "watch",
        ],
    ),
];

/// Subresources.
const SUBRESOURCES: [&str; 12] = [
    "approval",
    "attach",
    "binding",
    "ephemeralcontainers",
    "eviction",
    "exec",
    "finalize",
    "log",
    "portforward",
    "proxy",
    "resize",
    "scale",
];

/// Whether a resource of this group is one of these; an empty one asks for the whole group.
pub(super) fn is_known(group: &str, resource: &str) -> bool {
    let of_group = KNOWN.iter().filter(|(name, _)| *name == group).flat_map(|(_, names)| *names);
    of_group.into_iter().any(|name| *name == resource || *name == "*")
}

/// Whether a subresource is one of these.
pub(super) fn is_known_subresource(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    SUBRESOURCES.contains(&first)
}
