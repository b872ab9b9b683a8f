//! Where a look happens: once, or again and again.

use platform::run::{Place, Run, Vigil};
use platform::verdict::Exit;
use std::time::Duration;

/// How long a mirror that is missing, old or not ready is given.
const MOMENT: Duration = Duration::from_secs(2);

/// Where is looked, and whether a second look may help.
pub(crate) trait Stage {
    /// The clusters, and the namespace.
    fn place(&self) -> &Place;

    /// Lets a moment pass, and says whether to look once more then.
    ///
    /// # Errors
    /// How to leave when somebody wants us to stop.
    async fn again(&mut self) -> Result<bool, Exit>;
}

/// One look. Files do not change.
pub(crate) struct Once<'a> {
    pub(crate) run: &'a Run,
    pub(crate) place: Place,
    pub(crate) is_live: bool,
}

impl Stage for Once<'_> {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn again(&mut self) -> Result<bool, Exit> {
        if self.is_live {
            self.run.pause(MOMENT).await?;
        }
        Ok(self.is_live)
    }
}

impl Stage for Vigil<'_> {
    fn place(&self) -> &Place {
        Vigil::place(self)
    }

    async fn again(&mut self) -> Result<bool, Exit> {
        self.pause(MOMENT).await
    }
}
