//! Lists, whole or in pages. Later pages show the moment of the first one.

use std::sync::Arc;

use super::Selection;
use crate::kinds::Kind;
use crate::object::{self, Kept};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::selectors::page::Token;
use crate::state::State;
use crate::store::Store;

const EXPIRED: &str = "The provided continue parameter is too old to display a consistent list result. You can start a \
                       new list without the continue parameter, or use the continue token in this response to retrieve \
                       the remainder of the results. Continuing with the provided token results in an inconsistent \
                       list - objects that were created, modified, or deleted between the time the first chunk was \
                       returned and now may show up in the list.";

const TOO_OLD: &str = "The resourceVersion for the provided list is too old.";

/// A list, or a page of one.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) version: u64,
    pub(crate) items: Vec<Arc<Kept>>,
    /// Where the next page begins.
    pub(crate) token: Option<String>,
    /// How many objects follow, where that is known.
    pub(crate) remaining: Option<usize>,
}

/// Lists what is selected.
///
/// # Errors
/// Refuses tokens that are none or too old, and versions that have not come yet.
pub(crate) fn list(
    state: &State,
    kind: &Kind,
    chosen: &Selection,
    request: &Request,
) -> Result<Listed, Refusal> {
    let store = &state.store;
    let limit = request.asked("limit").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
    let Some(token) = request.asked("continue") else {
        let asked = has_come(store, request.asked("resourceVersion"))?.filter(|version| *version > 0);
        let exact = match request.asked("resourceVersionMatch") {
            Some("Exact") => asked,
            // Of old, who wants pages of a version wants exactly that one.
            None => asked.filter(|_| limit.is_some()),
            Some(_) => None,
        };
        let version = exact.unwrap_or_else(|| store.version());
        let past = store.at(&kind.table(), version).ok_or_else(|| Refusal::expired(TOO_OLD))?;
        return Ok(Page { chosen, limit, version }.of(past.after(&last_key(chosen, ""))));
    };
    if request.asked("resourceVersion").is_some() {
        return Err(Refusal::bad_request("specifying resource version is not allowed when using continue"));
    }
    let mut token = Token::parse(token).map_err(Refusal::bad_request)?;
    if token.version == 0 {
        // Somebody has been told to go on in the present.
        token.version = store.version();
    }
    if token.version > store.version() {
        return Err(Refusal::too_large(token.version, store.version()));
    }
    let Some(past) = store.at(&kind.table(), token.version) else {
        let next = Token { version: store.version(), start: token.start };
        return Err(Refusal { token: Some(next.print()), ..Refusal::expired(EXPIRED) });
    };
    let page = Page { chosen, limit, version: token.version };
    Ok(page.of(past.after(&last_key(chosen, &token.start))))
}

/// The version that is asked for.
///
/// # Errors
/// Refuses one that has not come yet.
pub(crate) fn has_come(store: &Store, version: Option<&str>) -> Result<Option<u64>, Refusal> {
    let Some(version) = version else { return Ok(None) };
    let version: u64 = version.parse().map_err(|_| super::watch::no_number(version))?;
    if version > store.version() {
        return Err(Refusal::too_large(version, store.version()));
    }
    Ok(Some(version))
}

/// The key that ended the last page. Tokens name a place below the namespace, when there is one.
fn last_key(chosen: &Selection, start: &str) -> String {
    let name = start.trim_start_matches('/').trim_end_matches('\0');
    object::key(chosen.namespace.as_deref().unwrap_or_default(), name)
}

struct Page<'a> {
    chosen: &'a Selection,
    limit: Option<usize>,
    version: u64,
}

impl Page<'_> {
    fn of<'a>(&self, rows: impl Iterator<Item = (&'a Arc<str>, &'a Arc<Kept>)>) -> Listed {
        let place = self.chosen.namespace.as_ref().map(|namespace| format!("{namespace}/"));
        let place = place.unwrap_or_default();
        let mut rows = rows.take_while(|(key, _)| key.starts_with(&place)).peekable();
        let mut items = Vec::new();
        let mut last = None;
        while items.len() < self.limit.unwrap_or(usize::MAX) {
            let Some((key, object)) = rows.next() else { break };
            if self.chosen.selects(object) {
                items.push(Arc::clone(object));
            }
            last = Some(key);
        }
        let more = rows.peek().is_some();
        let token = last.filter(|_| more).map(|key| {
            let start = format!("/{}\0", key.strip_prefix(&place).unwrap_or(key));
            Token { version: self.version, start }.print()
        });
        let remaining = (more && self.chosen.is_everything()).then(|| rows.count());
        Listed { version: self.version, items, token, remaining }
    }
}
