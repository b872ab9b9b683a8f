//! Programs that are not here, as far as somebody is told to type them: which of their commands, with which flags.

use testkit::shown::told;

/// A command of a program, and what is known of it.
struct Known {
    program: &'static str,
    /// The words that name it, without flags.
    command: &'static [&'static str],
    /// How many words may follow.
    more: usize,
    /// Flags that stand alone, ...
    flags: &'static [&'static str],
    /// ... and flags that take a value.
    values: &'static [&'static str],
    /// Why it is not run.
    why: &'static str,
}

/// What all commands of `linkerd` and `flux` take, of the flags that say where.
const PLACE: [&str; 6] = ["--context", "--kubeconfig", "--as", "--as-group", "--namespace", "-n"];

/// What a Link is made with.
const LINK: &[&str] = &[
    "--cluster-name",
    "--api-server-address",
    "--gateway-addresses",
    "--gateway-port",
    "--selector",
    "--remote-discovery-selector",
    "--federated-service-selector",
    "--excluded-labels",
    "--excluded-annotations",
    "--service-account-name",
];

const NO_LINKERD: &str = "it renders charts, or asks a Linkerd that runs, which no test has";
const NO_FLUX: &str = "it waits for controllers that no test has";
const TEXT: &str = "it works on what another command has printed, and stands in a pipe";

const fn known(program: &'static str, command: &'static [&'static str], why: &'static str) -> Known {
    Known { program, command, more: 0, flags: &[], values: &[], why }
}

/// Everything that is told.
const ALL: &[Known] = &[
    Known {
        flags: &["--gateway"],
        values: LINK,
        ..known("linkerd", &["multicluster", "link-gen"], NO_LINKERD)
    },
    known("linkerd", &["multicluster", "install"], NO_LINKERD),
    Known { flags: &["--gateway"], values: LINK, ..known("linkerd", &["multicluster", "link"], NO_LINKERD) },
    known("linkerd", &["check"], NO_LINKERD),
    known("linkerd", &["multicluster", "check"], NO_LINKERD),
    known("linkerd", &["upgrade"], NO_LINKERD),
    known("linkerd", &["viz", "tap"], NO_LINKERD),
    known("linkerd", &["viz", "top"], NO_LINKERD),
    Known { more: 1, flags: &["--with-source"], ..known("flux", &["reconcile", "kustomization"], NO_FLUX) },
    Known { more: 1, ..known("echo", &[], TEXT) },
    known("helm", &["upgrade"], "it needs the charts of others"),
    known("git", &["apply"], TEXT),
    Known { more: 1, flags: &["-n"], ..known("sed", &[], TEXT) },
    Known {
        values: &["--manifest-url"],
        ..known("krew", &["install"], "another test installs with the real one")
    },
    Known { more: 2, ..known("krew", &["index", "add"], "another test installs with the real one") },
];

/// What is wrong with such a command, if anything is.
pub(crate) fn mistake(words: &[String]) -> Option<String> {
    let known = ALL.iter().filter(|known| known.program == words[0]);
    let found = known.map(|known| known.mistake(&words[1..])).min_by_key(Option::is_some);
    found.unwrap_or_else(|| Some(format!("nobody knows the program {}", words[0])))
}

impl Known {
    fn mistake(&self, words: &[String]) -> Option<String> {
        let (mut named, mut left) = (Vec::new(), words.iter().map(String::as_str));
        while let Some(word) = left.next() {
            let flag = word.split_once('=').map_or(word, |(flag, _)| flag);
            if flag == "--help" || self.flags.contains(&flag) {
                continue;
            }
            let is_valued = self.values.contains(&flag) || PLACE.contains(&flag);
            if is_valued && (flag != word || left.next().is_some()) {
                continue;
            }
            if is_valued {
                return Some(format!("{flag} has no value"));
            }
            if word.starts_with('-') {
                return Some(format!("{} {:?} has no flag {flag}", self.program, self.command));
            }
            named.push(word);
        }
        let is_it = named.starts_with(self.command);
        let more = named.len().saturating_sub(self.command.len());
        let is_short = more < self.more && !words.iter().any(|word| word == "--help");
        if !is_it {
            Some(format!("{} has no {named:?}", self.program))
        } else if more > self.more || is_short {
            Some(format!("{} {:?} takes {} words more", self.program, self.command, self.more))
        } else {
            None
        }
    }
}

/// Rows that no command needs, by what they are of.
pub(super) fn unused() -> Vec<&'static str> {
    let all: Vec<Vec<String>> = told().into_iter().map(|told| told.words).collect();
    let is_used = |known: &Known| {
        all.iter().any(|words| {
            let words = if words[0] == "kubectl" { &words[1..] } else { &words[..] };
            words[0] == known.program && known.mistake(&words[1..]).is_none()
        })
    };
    ALL.iter().filter(|known| known.why.is_empty() || !is_used(known)).map(|known| known.program).collect()
}

#[test]
fn a_command_that_nobody_knows_is_found_out() {
    let mistake = |line: &str| mistake(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(mistake("linkerd --context apps multicluster link-gen --cluster-name infra"), None);
    for (line, why) in [
        ("linkerd multicluster linkgen", "has no"),
        ("linkerd multicluster link-gen --clustername infra", "has no flag --clustername"),
        ("linkerd multicluster link-gen --cluster-name", "has no value"),
        ("flux reconcile kustomization --with-source", "takes 1 words more"),
        ("frobnicate all", "nobody knows the program frobnicate"),
    ] {
        assert!(mistake(line).is_some_and(|said| said.contains(why)), "{line}");
    }
}
