//! Commands to paste, quoted so that a shell reads them as they are meant.

use crate::terms::{ClusterName, Fleet};

/// A kubectl command that reaches a cluster as this run does.
pub fn kubectl(fleet: &Fleet, cluster: &ClusterName, words: &[&str]) -> String {
    let flags = fleet.flags(cluster);
    let flags = flags.iter().map(String::as_str);
    command(["kubectl"].into_iter().chain(flags).chain(words.iter().copied()))
}

/// A command of another tool that reaches a cluster as this run does, as far as the few flags go that `linkerd` and
/// `flux` have in common with kubectl.
pub fn of_tool(tool: &str, (fleet, cluster): (&Fleet, &ClusterName), words: &[&str]) -> String {
    let route = fleet.route();
    let file = route.kubeconfig.iter().flat_map(|file| ["--kubeconfig", file]);
    let head = [tool].into_iter().chain(file).chain(["--context", fleet.context(cluster)]);
    let pairs = route
        .identity
        .chunks(2)
        .filter(|pair| matches!(pair, [flag, _] if flag == "--as" || flag == "--as-group"));
    let identity = pairs.flatten().map(String::as_str);
    command(head.chain(identity).chain(words.iter().copied()))
}

/// Joins words to a command line; words with anything but plain characters are quoted for a POSIX shell.
pub fn command<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    words.into_iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn a_context_with_odd_characters_is_quoted() {
        assert_eq!(
            command(["kubectl", "--context", "my cluster's", "get", "svc/web"]),
            r"kubectl --context 'my cluster'\''s' get svc/web"
        );
        assert_eq!(command(["a", ""]), "a ''");
    }
}
