//! Why pods do not serve that a finding is about, for who looks for its cause.

use crate::terms::Failing;

/// What is known of it. Who judges says it; no output has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Idle {
    /// Whether nothing is.
    pub is_silent: bool,
    /// The container that the summary names.
    pub failing: Option<Box<Failing>>,
    /// Whether one that is named or shown has ended with an error.
    pub is_ended: bool,
}

#[cfg(test)]
impl Idle {
    /// Of pods of which nobody knows why.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// Of pods whose proxy fails, and has ended so before.
    pub fn of_proxy(ended: &str) -> Self {
        let [container, reason, ended] = ["linkerd-proxy", "CrashLoopBackOff", ended].map(str::to_owned);
        let failing = Failing { container, reason, ended, is_restarted: true, ..Failing::default() };
        Self { is_ended: failing.is_failed(), failing: Some(Box::new(failing)), ..Self::default() }
    }
}
