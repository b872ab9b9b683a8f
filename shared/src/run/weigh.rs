//! `--warnings-as-errors`: what the API servers warned of becomes part of the answer.

use super::Run;
use crate::surface::args::ConnectionArgs;
use crate::terms::ClusterName;
use crate::verdict::{Exit, Finding, Remedy};

impl Run {
    /// Adds what was warned of to the findings, and how to leave then, when the user wants that. A run that ends
    /// badly anyhow keeps its own exit.
    pub fn weigh_warnings(&self, args: &ConnectionArgs, exit: Exit, findings: &mut Vec<Finding>) -> Exit {
        if args.warnings_are_errors() { weighed(&self.warnings.heard(), exit, findings) } else { exit }
    }
}

fn weighed(heard: &[(ClusterName, String)], exit: Exit, findings: &mut Vec<Finding>) -> Exit {
    let bad = !heard.is_empty();
    findings.extend(heard.iter().map(|(cluster, text)| warned(cluster, text)));
    let was_good = matches!(exit, Exit::Ok | Exit::Pending);
    if bad && was_good { Exit::No } else { exit }
}

pub(crate) fn warned(cluster: &ClusterName, text: &str) -> Finding {
    let remedy = Remedy::new("fix what it warns about, or omit --warnings-as-errors");
    Finding::error("server-warning", &[cluster], format!("the API server warns: {text}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_turns_a_good_end_into_a_no_and_leaves_a_bad_one() {
        for (exit, expected) in
            [(Exit::Ok, Exit::No), (Exit::Pending, Exit::No), (Exit::Unreachable, Exit::Unreachable)]
        {
            let mut findings = Vec::new();
            assert_eq!(weighed(&[], exit, &mut findings), exit);
            assert_eq!(findings, []);
            let heard = vec![(ClusterName::new("apps"), "be careful".to_owned())];
            assert_eq!(weighed(&heard, exit, &mut findings), expected);
            assert_eq!(
                findings.iter().map(|one| one.summary.as_str()).collect::<Vec<_>>(),
                ["the API server warns: be careful"]
            );
        }
    }
}
