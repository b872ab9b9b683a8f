//! What `kubectl xcluster-check` says of recorded states: the same on real servers as on the sandbox.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use kube::config::Kubeconfig;
use serde_json::Value;
use testkit::{
    kubectl::{Kubectl, program, redact},
    told::{findings, report},
};

use super::ground::Ground;

/// The verdicts of a scenario, one after the other.
pub(crate) struct Verdicts {
    kubectl: Arc<Kubectl>,
    namespace: &'static str,
    said: String,
    last: String,
}

impl Verdicts {
    /// Nothing yet; `None` without kubectl, of which nobody is told anything.
    pub(crate) fn open(ground: &Ground, namespace: &'static str) -> Result<Option<Self>, String> {
        if program().is_none() {
            return Ok(None);
        }
        let kubectl = Kubectl::new(Path::new(env!("CARGO_BIN_EXE_kubectl-xcluster_check")));
        let file = kubectl.home().join("kubeconfig");
        let text = serde_json::to_string(&both(ground)).map_err(|error| error.to_string())?;
        fs::write(&file, text).map_err(|error| error.to_string())?;
        let kubectl = Arc::new(kubectl.kubeconfig(file));
        Ok(Some(Self { kubectl, namespace, said: String::new(), last: String::new() }))
    }

    /// Has the clusters judged as they are, whatever is still on its way.
    pub(crate) async fn take(&mut self, state: &str) -> Result<(), String> {
        let (kubectl, namespace) = (self.kubectl.clone(), self.namespace);
        // What is played goes on meanwhile.
        let look =
            tokio::task::spawn_blocking(move || report(&kubectl, &["--namespace", namespace, "--strict"]));
        let report = look.await.map_err(|error| error.to_string())?;
        let text = text(&report);
        let told = if text == self.last { "as before\n" } else { &text };
        write!(self.said, "# {state}\n{told}\n").map_err(|error| error.to_string())?;
        self.last = text;
        Ok(())
    }

    /// All of them.
    pub(crate) fn said(self) -> String {
        self.said
    }
}

/// The contexts `infra` and `apps`, as an administrator has them.
fn both(ground: &Ground) -> Kubeconfig {
    ground.clusters().cluster("infra").kubeconfig().clone()
}

fn text(report: &Value) -> String {
    let mirrors = report.pointer("/looked/mirrors").cloned().unwrap_or_default();
    let text = format!("mirrors: {mirrors}\n{}", findings(report).concat());
    redact::everywhere(&text)
}

/// Finds what was said as it is kept, whichever ground it was said of. Where nothing was, nothing is kept.
pub(crate) fn compare(name: &str, said: &str) {
    if said.is_empty() {
        return;
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, said);
    });
}
