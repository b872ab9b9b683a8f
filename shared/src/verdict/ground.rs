//! What a finding stands on, for who looks for its cause.

/// What decides what may be the cause of a finding, where its check and its object do not. Who judges says it; no output has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The time of a clock: what is too old or too young by it.
    Time,
    /// That something is being deleted, and does not go.
    Deletion,
    /// That a load balancer gave no address.
    Address,
    /// Who gives pods their proxies, and is asked whenever one is made.
    Injector,
    /// The rules that lead connections of a pod through its proxy, without which the proxy does not start.
    Network,
    /// That a Service is mirrored of which nothing asks for that.
    Unmeant,
    /// Who signs for proxies.
    Identity,
    /// That nothing of Linkerd's control plane is there.
    Linkerd,
    /// That nothing of Linkerd's multicluster extension is there.
    Extension,
    /// That something does not come through a Link, though it has had its time.
    Unmirrored,
    /// That pods of one cluster refuse each other.
    OwnCluster,
    /// That a label is written wrong, which nothing else explains.
    Mistyped,
}
