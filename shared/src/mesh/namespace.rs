//! Namespaces: what one that is made for mirrors gets of the exporter's. Only what the table names is copied, since a
//! label may mean anything to somebody: owners know their objects again by labels, and would remove what they did not make.

use crate::terms::Labels;

/// The label that every API server sets by itself.
#[cfg(test)]
const OWN_NAME: &str = "kubernetes.io/metadata.name";

/// What was seen of a namespace of the exporter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamespaceSeen {
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
}

/// One kind of label or annotation that is copied: its key, or what its key begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The whole key; a prefix where it ends with a slash.
    pub key: &'static str,
    /// Why it goes with the Services.
    pub why: &'static str,
}

/// Labels that are copied. The table of decision 0013 has the same rows.
pub const LABELS: [Rule; 2] = [
    Rule {
        key: "pod-security.kubernetes.io/",
        why: "clients must not be allowed more than pods next to the Service",
    },
    Rule {
        key: "config.linkerd.io/admission-webhooks",
        why: "where Linkerd's webhooks are disabled, they are disabled on the other side too",
    },
];

/// Annotations that are copied.
pub const ANNOTATIONS: [Rule; 3] = [
    Rule {
        key: "linkerd.io/inject",
        why: "without a proxy, clients cannot use the gateway, and flat mirrors do not work",
    },
    Rule {
        key: "config.linkerd.io/opaque-ports",
        why: "both ends of a connection must agree on ports where the server speaks first",
    },
    Rule {
        key: "config.linkerd.io/default-inbound-policy",
        why: "who may reach pods should not depend on the cluster",
    },
];

impl Rule {
    fn is_of(&self, key: &str) -> bool {
        if self.key.ends_with('/') { key.starts_with(self.key) } else { key == self.key }
    }
}

impl NamespaceSeen {
    /// What of it a namespace of this name in another cluster gets.
    #[must_use]
    pub fn copied(&self) -> Self {
        let kept = |all: &Labels, rules: &[Rule]| {
            let is_kept = |key: &String| rules.iter().any(|rule| rule.is_of(key));
            all.iter()
                .filter(|(key, _)| is_kept(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        Self { labels: kept(&self.labels, &LABELS), annotations: kept(&self.annotations, &ANNOTATIONS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::labels;

    #[test]
    fn what_matters_to_the_mesh_and_to_pod_security_is_copied_and_no_owner_is() {
        let seen = NamespaceSeen {
            labels: labels(&[
                (OWN_NAME, "databases"),
                ("pod-security.kubernetes.io/enforce", "restricted"),
                ("pod-security.kubernetes.io/enforce-version", "v1.33"),
                ("config.linkerd.io/admission-webhooks", "disabled"),
                ("linkerd.io/inject", "enabled"),
                ("kustomize.toolkit.fluxcd.io/name", "apps"),
                ("app.kubernetes.io/managed-by", "Helm"),
                ("team", "storage"),
            ]),
            annotations: labels(&[
                ("linkerd.io/inject", "enabled"),
                ("config.linkerd.io/opaque-ports", "5432"),
                ("config.linkerd.io/default-inbound-policy", "all-authenticated"),
                ("config.linkerd.io/skip-outbound-ports", "5432"),
                ("config.linkerd.io/proxy-memory-limit", "1Gi"),
                ("argocd.argoproj.io/tracking-id", "apps:/Namespace:databases/databases"),
            ]),
        };
        let copied = seen.copied();
        let keys = |all: &Labels| all.keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            keys(&copied.labels),
            [
                "config.linkerd.io/admission-webhooks",
                "pod-security.kubernetes.io/enforce",
                "pod-security.kubernetes.io/enforce-version",
            ]
        );
        assert_eq!(
            keys(&copied.annotations),
            [
                "config.linkerd.io/default-inbound-policy",
                "config.linkerd.io/opaque-ports",
                "linkerd.io/inject"
            ]
        );
        assert_eq!(copied.annotations.get("config.linkerd.io/opaque-ports").unwrap(), "5432");
    }

    #[test]
    fn the_record_of_the_decision_has_every_rule_with_its_reason() {
        let record = include_str!("../../../docs/decisions/0013-what-a-made-namespace-gets.md");
        let labels = LABELS.iter().map(|rule| ("label", rule));
        let annotations = ANNOTATIONS.iter().map(|rule| ("annotation", rule));
        for (kind, Rule { key, why }) in labels.chain(annotations) {
            let all = if key.ends_with('/') { "*" } else { "" };
            let row = format!("| {kind} `{key}{all}` | {why} |");
            assert!(record.contains(&row), "{row}");
        }
    }
}
