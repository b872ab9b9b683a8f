//! Flags that say how to reach API servers, which nobody does where files answer.

use platform::surface::args::ConnectionArgs;
use platform::terms::ClusterName;
use platform::verdict::Failure;

/// Files answer for their clusters, whatever a kubeconfig has.
///
/// # Errors
/// The first of these flags that is given (exit 2).
pub(crate) fn refuse_flags_for_servers(connection: &ConnectionArgs) -> Result<(), Failure> {
    let route = connection.route(&ClusterName::new(""));
    let named =
        [("--contexts", !route.contexts.is_empty()), ("--context", connection.fleet().primary.is_some())];
    let named = named.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag.to_owned());
    match named.chain(route.overrides).next() {
        None => Ok(()),
        Some(flag) => Err(Failure::usage(
            format!("{flag} cannot be used with files"),
            "omit it, or omit the files; `--from NAME=DIR` and `--manifests NAME=DIR` set the name of a cluster",
        )),
    }
}
