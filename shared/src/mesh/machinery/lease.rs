//! Who leads among several.

/// A Lease: who leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lease {
    /// Its name.
    pub name: String,
    /// The pod that leads; empty when none does.
    pub holder: String,
    /// For how many seconds it is good without being renewed.
    pub duration: i64,
    /// How many seconds ago it was renewed, by the clock of this machine; `None` when it says nothing.
    pub age: Option<i64>,
    /// The node of its holder, by whose clock it is renewed, where that clock is as far behind as the Lease is old.
    pub behind: Option<String>,
}

impl Lease {
    /// How many times its duration a Lease may be old. One is the rule; the clocks of clusters and workstations differ.
    const PATIENCE: i64 = 4;
    /// The duration, in seconds, that service mirrors ask for. One that is released says 1 until somebody takes it.
    const ASKED: i64 = 30;

    /// Whether its holder renews it, or has released it so lately that the next one may be about to take it, as in a roll-out.
    pub fn is_kept(&self) -> bool {
        let duration = if self.holder.is_empty() { Self::ASKED } else { self.duration.max(1) };
        self.age.is_some_and(|age| age <= Self::PATIENCE * duration)
    }
}
