//! `--mode`: how clients are to reach a Service.

use clap::{Args, ValueEnum};
use platform::mesh::export::Routability;
use platform::mesh::link::Way;
use platform::verdict::Failure;

/// What can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// The existing mode, else the gateway, else a flat network that is verified to be one
    Auto,
    /// Through the gateway of the Service's cluster
    Gateway,
    /// Directly to the Service's pods, on a flat network
    Flat,
    /// Combined with Services of the same name in other clusters, on a flat network
    Federated,
}

/// `--mode`
#[derive(Debug, Args)]
pub(crate) struct ModeArg {
    /// How clients reach the Service: gateway, flat, federated (alone or combined with one of these, with a comma), or auto
    /// [default: auto; verify and undo use the existing mode]
    #[arg(
        long = "mode",
        value_name = "MODES",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    words: Vec<Word>,
}

impl ModeArg {
    /// The ways that were asked for, each once; none of them is `auto`.
    ///
    /// # Errors
    /// Ways that exclude each other (exit 2).
    pub(crate) fn ways(&self) -> Result<Vec<Way>, Failure> {
        let mut ways: Vec<Way> = self.words.iter().filter_map(|word| way(*word)).collect();
        ways.sort_unstable();
        ways.dedup();
        let next = "use gateway or flat, with or without federated, or auto alone";
        if self.words.contains(&Word::Auto) && !ways.is_empty() {
            return Err(Failure::usage("--mode auto cannot be combined with other modes", next));
        }
        if ways.contains(&Way::Gateway) && ways.contains(&Way::Flat) {
            let what = "gateway and flat cannot be combined: a mirror uses one or the other";
            return Err(Failure::usage(what, next));
        }
        Ok(ways)
    }

    /// The same for a command that takes back, where every mode may stand beside every other.
    pub(crate) fn any(&self) -> Vec<Way> {
        let ways: Vec<Way> = self.words.iter().filter_map(|word| way(*word)).collect();
        if self.words.contains(&Word::Auto) { Vec::new() } else { ways }
    }

    /// The flag as it must be repeated in a command to paste.
    pub(crate) fn again(&self) -> Option<String> {
        let words: Vec<&str> = self.words.iter().map(|word| way(*word).map_or("auto", Way::word)).collect();
        (!words.is_empty()).then(|| format!("--mode={}", words.join(",")))
    }
}

/// `--assume-routable`
#[derive(Debug, Args)]
pub(crate) struct RoutableArg {
    /// Assume pods can reach pod addresses in other clusters when this cannot be verified (export only)
    #[arg(long)]
    assume_routable: bool,
}

impl RoutableArg {
    /// What is asked of networks.
    pub(crate) fn routability(&self) -> Routability {
        if self.assume_routable { Routability::Assumed } else { Routability::MustBeShown }
    }

    /// The flag as it must be repeated in a command to paste.
    pub(crate) fn again(&self) -> Option<String> {
        self.assume_routable.then(|| "--assume-routable".to_owned())
    }
}

fn way(word: Word) -> Option<Way> {
    match word {
        Word::Auto => None,
        Word::Gateway => Some(Way::Gateway),
        Word::Flat => Some(Way::Flat),
        Word::Federated => Some(Way::Federated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[Word]) -> Result<Vec<Way>, String> {
        ModeArg { words: words.to_vec() }.ways().map_err(|failure| failure.what)
    }

    #[test]
    fn federated_stands_beside_one_kind_of_mirror_and_auto_beside_nothing() {
        assert_eq!(typed(&[]), Ok(vec![]));
        assert_eq!(typed(&[Word::Auto]), Ok(vec![]));
        assert_eq!(typed(&[Word::Federated, Word::Gateway]), Ok(vec![Way::Gateway, Way::Federated]));
        assert!(
            typed(&[Word::Flat, Word::Gateway])
                .is_err_and(|what| what.contains("cannot be combined: a mirror uses"))
        );
        assert!(typed(&[Word::Auto, Word::Flat]).is_err_and(|what| what.contains("--mode auto")));
    }

    #[test]
    fn a_command_to_paste_repeats_what_was_typed() {
        assert_eq!(ModeArg { words: vec![] }.again(), None);
        let words = vec![Word::Flat, Word::Federated];
        assert_eq!(ModeArg { words }.again(), Some("--mode=flat,federated".to_owned()));
    }
}
