//! Whether and how mirrors are probed.

use clap::Args;
use platform::mesh::probe::manifest::IMAGE;
use platform::surface::args::timeout;
use platform::terms::{GoDuration, Waiting};
use platform::verdict::Failure;

/// How long one probe may take unless it is told otherwise: a node may have to fetch the image first.
const PATIENCE: &str = "90s";

/// A proof that bytes arrive.
#[derive(Debug, Clone, Args)]
pub(crate) struct ProbeArgs {
    /// Test with real traffic: run a short-lived meshed Job next to each mirror that connects to its ports
    #[arg(long)]
    probe: bool,
    /// Image of that Job; must provide sh, nc, timeout and od
    #[arg(long, value_name = "IMAGE", default_value = IMAGE, requires = "probe")]
    probe_image: String,
    /// Timeout for each probe
    #[arg(long, value_name = "DURATION", default_value = PATIENCE, value_parser = timeout, allow_hyphen_values = true, requires = "probe")]
    probe_timeout: GoDuration,
}

impl ProbeArgs {
    /// The image and how long a probe may take, when one is wanted.
    ///
    /// # Errors
    /// No image, or no time (exit 2).
    pub(crate) fn wanted(&self) -> Result<Option<(String, GoDuration)>, Failure> {
        if !self.probe {
            return Ok(None);
        }
        if self.probe_image.trim().is_empty() {
            return Err(Failure::usage("--probe-image is empty", "name an image, or omit the flag"));
        }
        if self.probe_timeout.as_duration().as_secs() == 0 {
            let next = "use at least 1s, or omit the flag";
            return Err(Failure::usage("--probe-timeout leaves no time for a probe", next));
        }
        Ok(Some((self.probe_image.clone(), self.probe_timeout)))
    }

    /// Whether it goes together with this way of waiting.
    ///
    /// # Errors
    /// It does not, or makes no sense by itself (exit 2).
    pub(crate) fn fits(&self, waiting: Waiting) -> Result<(), Failure> {
        match (self.wanted()?, waiting) {
            (Some(_), Waiting::No) => Err(Failure::usage(
                "--probe needs mirrors, and --no-wait does not wait for them",
                "omit one of the two flags",
            )),
            (Some(_) | None, Waiting::No | Waiting::UpTo(_)) => Ok(()),
        }
    }

    /// The flags that a command to paste must repeat.
    pub(crate) fn again(&self) -> Vec<String> {
        if !self.probe {
            return Vec::new();
        }
        let image = (self.probe_image != IMAGE).then(|| format!("--probe-image={}", self.probe_image));
        let is_usual = timeout(PATIENCE).is_ok_and(|usual| usual == self.probe_timeout);
        let longer =
            (!is_usual).then(|| format!("--probe-timeout={}s", self.probe_timeout.as_duration().as_secs()));
        ["--probe".to_owned()].into_iter().chain(image).chain(longer).collect()
    }
}
