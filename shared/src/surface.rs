//! Floor 4: words. Arguments in, text out; no cluster can be reached from here. Terminal libraries live here
//! only: clap in `args`, comfy-table in `render`, dialoguer in `prompt`, indicatif in `progress`.

pub mod args;
mod clean;
mod console;
mod jsonpath;
mod log;
mod progress;
mod prompt;
mod render;
mod style;

pub use clean::clean;
pub use console::{Captured, Console, Room};
pub use jsonpath::{JsonPathError, Template};
pub use log::{FILTER_VARIABLE, start_logging};
pub use progress::LiveProgress;
pub use prompt::{Consent, consent};
pub use render::{
    API_VERSION, Arrow, CaseKind, Load, Node, Page, Rendered, SarifTool, Spot, State, Suite, Table, html,
    junit, render, sarif,
};
pub use style::{Colour, Stream, Style, wants_colour};
