//! Whether a rule can ever do what its author wants of it.

use super::{Fault, Rule};
use crate::failure::{Failure, in_place_of};

/// The verbs that a request can have.
const VERBS: [&str; 8] = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

impl Rule {
    /// Looks at this rule of a cluster that serves these resources.
    ///
    /// # Errors
    /// Says why it would never do anything.
    pub(crate) fn check(&self, resources: &[&str]) -> Result<(), Failure> {
        known("verb", &self.verb, &VERBS)?;
        known("resource", &self.resource, resources)?;
        match &self.fault {
            None => Err(Failure::new("no `fault`", "say what happens, such as `fault: {status: 503}`")),
            Some(Fault::Status(code) | Fault::Busy(code, _)) if !(400..=599).contains(code) => {
                let words = format!("{code} is no code of a refusal");
                Err(Failure::new(words, "write a code from 400 to 599, such as 503"))
            }
            Some(Fault::Busy(502, _)) => Err(Failure::new(
                "502 is what a proxy says, which asks nobody to come back",
                "write `fault: {status: 502}`, or another code",
            )),
            Some(Fault::CutAfter(_)) if self.verb != "watch" => Err(Failure::new(
                "only a watch can be cut after events",
                "add `verb: watch`, or write `fault: half`",
            )),
            Some(_) => Ok(()),
        }
    }
}

fn known(field: &str, word: &str, known: &[&str]) -> Result<(), Failure> {
    if word.is_empty() || known.contains(&word) {
        return Ok(());
    }
    Err(Failure::new(format!("no request has the {field} {word:?}"), in_place_of(word, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(yaml: &str) -> String {
        let rule: Rule = serde_saphyr::from_str(yaml).unwrap();
        rule.check(&["pods", "services"]).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_that_can_never_do_anything_is_refused_with_what_would() {
        for (yaml, expected) in [
            ("{verb: list}", "no `fault`\n  next: say what happens, such as `fault: {status: 503}`"),
            (
                "{resource: service, fault: cut}",
                "no request has the resource \"service\"\n  next: write services, if that is meant",
            ),
            (
                "{verb: lst, fault: cut}",
                "no request has the verb \"lst\"\n  next: write list, if that is meant",
            ),
            (
                "{fault: {status: 5000}}",
                "5000 is no code of a refusal\n  next: write a code from 400 to 599, such as 503",
            ),
            (
                "{fault: {busy: [200, 1]}}",
                "200 is no code of a refusal\n  next: write a code from 400 to 599, such as 503",
            ),
            (
                "{fault: {busy: [502, 1]}}",
                "502 is what a proxy says, which asks nobody to come back\n  next: write `fault: {status: 502}`, or another \
                 code",
            ),
            (
                "{fault: {cutAfter: 2}}",
                "only a watch can be cut after events\n  next: add `verb: watch`, or write `fault: half`",
            ),
        ] {
            assert_eq!(problem(yaml), expected, "{yaml}");
        }
    }

    #[test]
    fn a_rule_that_can_is_taken() {
        for yaml in ["{fault: cut}", "{verb: watch, resource: services, fault: {cutAfter: 0}}"] {
            let rule: Rule = serde_saphyr::from_str(yaml).unwrap();
            assert_eq!(rule.check(&["services"]), Ok(()), "{yaml}");
        }
    }
}
