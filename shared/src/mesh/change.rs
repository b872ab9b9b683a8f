//! What this domain can do to a cluster.

use crate::terms::Labels;
use serde::Serialize;

/// The annotation of a Service that was touched; the next apply takes it away again.
pub const TOUCHED: &str = "platform.tools/touched";

/// Whether labels of other managers may be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ownership {
    /// They are left to their owners.
    Respect,
    /// `--take-over`: they become ours.
    TakeOver,
}

/// What becomes of a Service that somebody keeps: a GitOps tool, or an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keeping {
    /// It is left to its keeper, unless that is known to leave the labels of others alone.
    #[default]
    Respect,
    /// `--imperative`: it is changed all the same.
    Overrule,
    /// `--repo`: it is changed where its keeper reads what it should be.
    Commit,
}

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verb", rename_all = "camelCase")]
pub enum Change {
    /// Applies exactly these labels as ours, on the Service that was seen.
    Apply {
        /// All labels that are ours afterwards, old and new.
        labels: Labels,
        /// Those of them that are new or different.
        set: Labels,
        /// Those that were ours and are given up.
        removed: Vec<String>,
        /// Whether other managers' values are overruled.
        ownership: Ownership,
        /// The uid of the Service that was seen; another one of the same name is not touched.
        #[serde(skip)]
        uid: String,
    },
    /// Changes nothing but an annotation of ours, so that whoever follows the Service looks at it again.
    Touch {
        /// All labels that are ours, which stay.
        labels: Labels,
        /// The version that was seen; it becomes the annotation's value.
        version: String,
        /// The uid of the Service that was seen.
        #[serde(skip)]
        uid: String,
    },
    /// Removes labels whoever owns them, if the Service still is as it was seen.
    Remove {
        /// The labels.
        labels: Vec<String>,
        /// The version that was seen.
        #[serde(skip)]
        version: String,
    },
    /// Makes a namespace; one that is there by then is left as it is.
    MakeNamespace {
        /// Its labels.
        labels: Labels,
        /// Its annotations.
        annotations: Labels,
    },
    /// Deletes an orphaned mirror, if it still is the one that was seen.
    DeleteMirror {
        /// Its uid.
        #[serde(skip)]
        uid: String,
    },
}

impl Change {
    /// The past participle that kubectl would print.
    pub fn done(&self) -> &'static str {
        match self {
            Self::Apply { set, .. } if set.is_empty() => "unlabeled",
            Self::Apply { .. } => "labeled",
            Self::Touch { .. } => "annotated",
            Self::Remove { .. } => "unlabeled",
            Self::MakeNamespace { .. } => "created",
            Self::DeleteMirror { .. } => "deleted",
        }
    }

    /// What it does, in words, such as `mirror.linkerd.io/exported=true`.
    pub fn details(&self) -> String {
        let removed = |keys: &[String]| keys.iter().map(|key| format!("{key}-")).collect::<Vec<_>>();
        match self {
            Self::Apply { set, removed: gone, .. } => {
                let set = set.iter().map(|(key, value)| format!("{key}={value}"));
                set.chain(removed(gone)).collect::<Vec<_>>().join(" ")
            }
            Self::Touch { version, .. } => format!("{TOUCHED}={version}"),
            Self::Remove { labels, .. } => removed(labels).join(" "),
            Self::MakeNamespace { labels, annotations } => furnishing(labels, annotations),
            Self::DeleteMirror { .. } => "its Link is gone".to_owned(),
        }
    }
}

/// What a namespace is made with.
fn furnishing(labels: &Labels, annotations: &Labels) -> String {
    let listed = |what: &str, all: &Labels| {
        let pairs = all.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
        (!pairs.is_empty()).then(|| format!("{what} {}", pairs.join(" ")))
    };
    let parts: Vec<String> =
        [listed("labels", labels), listed("annotations", annotations)].into_iter().flatten().collect();
    if parts.is_empty() { "without labels and annotations".to_owned() } else { parts.join(", ") }
}
