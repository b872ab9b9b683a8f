//! Text that cannot be printed.

use secrecy::{ExposeSecret, SecretString};

/// A secret: `Debug` and `Display` say `[hidden]`, memory is wiped on drop.
#[derive(Clone)]
pub struct Hidden(SecretString);

impl Hidden {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Call it where the secret leaves for its one destination, never to show it.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<'de> serde::Deserialize<'de> for Hidden {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <String as serde::Deserialize>::deserialize(from).map(Self::new)
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("[hidden]")
    }
}

impl std::fmt::Display for Hidden {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden;

    #[test]
    fn a_hidden_text_shows_in_no_form() {
        let token = Hidden::new("hunter2");
        assert_eq!(format!("{token} {token:?} {:?}", Some(&token)), "[hidden] [hidden] Some([hidden])");
        assert_eq!(token.reveal(), "hunter2");
    }
}
