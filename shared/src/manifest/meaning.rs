//! What a document says, apart from how it is written: an edit is right when what it says is what was wanted.

use super::find::Step;
use super::tree::{Content, Node, documents};
use super::{Address, Unfit};

/// A part of a document without its place. Entries of mappings are sorted; whether a scalar has quotes counts, since
/// what has none may be a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Scalar { text: String, is_plain: bool, is_marked: bool },
    Mapping(Vec<(Meaning, Meaning)>),
    Sequence(Vec<Meaning>),
    Alias(usize),
}

impl Meaning {
    pub(super) fn of(node: &Node) -> Self {
        match &node.content {
            Content::Scalar { text, is_plain, .. } => {
                Self::Scalar { text: text.clone(), is_plain: *is_plain, is_marked: node.is_marked }
            }
            Content::Mapping { entries, .. } => {
                Self::Mapping(entries.iter().map(|(key, value)| (Self::of(key), Self::of(value))).collect())
                    .sorted()
            }
            Content::Sequence { items, .. } => Self::Sequence(items.iter().map(Self::of).collect()),
            Content::Alias(id) => Self::Alias(*id),
        }
    }

    /// Text that is no number whatever it looks like.
    pub(super) fn text(text: &str) -> Self {
        Self::Scalar { text: text.to_owned(), is_plain: false, is_marked: false }
    }

    fn sorted(mut self) -> Self {
        if let Self::Mapping(entries) = &mut self {
            entries.sort();
        }
        self
    }

    fn is_key(&self, key: &str) -> bool {
        matches!(self, Self::Scalar { text, .. } if text == key)
    }

    /// The entry of a mapping, made when it is not there; `None` when this is no mapping. An empty value can become
    /// anything.
    pub(super) fn entry(&mut self, key: &str) -> Option<&mut Self> {
        if self.is_empty() {
            *self = Self::Mapping(Vec::new());
        }
        let Self::Mapping(entries) = self else { return None };
        let found = entries.iter().position(|(name, _)| name.is_key(key));
        let at = found.unwrap_or_else(|| {
            entries.push((Self::text(key), Self::Mapping(Vec::new())));
            entries.len() - 1
        });
        entries.get_mut(at).map(|(_, value)| value)
    }

    /// The item of a list.
    pub(super) fn item(&mut self, at: usize) -> Option<&mut Self> {
        let Self::Sequence(items) = self else { return None };
        items.get_mut(at)
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Scalar { text, is_plain: true, is_marked: false } if text == "~" || text.is_empty())
    }

    /// Takes an entry out of a mapping.
    pub(super) fn remove(&mut self, key: &str) {
        if let Self::Mapping(entries) = self {
            entries.retain(|(name, _)| !name.is_key(key));
        }
    }

    /// Whether this is a mapping without entries.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self, Self::Mapping(entries) if entries.is_empty())
    }

    /// Keys without what tells quotes apart, for comparisons: an entry that was made has the quotes of its neighbours.
    fn settled(self) -> Self {
        match self {
            Self::Mapping(entries) => {
                let key = |key: Self| match key {
                    Self::Scalar { text, is_marked, .. } => Self::Scalar { text, is_plain: true, is_marked },
                    Self::Mapping(_) | Self::Sequence(_) | Self::Alias(_) => key.settled(),
                };
                let entries = entries.into_iter().map(|(name, value)| (key(name), value.settled()));
                Self::Mapping(entries.collect()).sorted()
            }
            Self::Sequence(items) => Self::Sequence(items.into_iter().map(Self::settled).collect()),
            other @ (Self::Scalar { .. } | Self::Alias(_)) => other,
        }
    }
}

/// What all documents of a text say.
pub(super) fn meanings(text: &str) -> Result<Vec<Meaning>, Unfit> {
    Ok(documents(text)?.iter().map(Meaning::of).collect())
}

/// Whether the edited text says what the other one says, but for what `change` does to one object.
pub(super) fn is_only_changed(
    (before, after): (&str, &str),
    address: &Address,
    change: impl FnOnce(&mut Meaning) -> Option<()>,
) -> Result<(), Unfit> {
    let (mut wanted, got) = (meanings(before)?, meanings(after)?);
    let object = object_mut(&mut wanted, address).ok_or(Unfit::Unsafe)?;
    change(object).ok_or(Unfit::Unsafe)?;
    let settled = |all: Vec<Meaning>| all.into_iter().map(Meaning::settled).collect::<Vec<_>>();
    if settled(wanted) == settled(got) { Ok(()) } else { Err(Unfit::Unsafe) }
}

fn object_mut<'a>(documents: &'a mut [Meaning], address: &Address) -> Option<&'a mut Meaning> {
    let root = documents.get_mut(address.document)?;
    let whole = match address.item {
        None => root,
        Some(item) => root.entry("items")?.item(item)?,
    };
    address.inside.iter().try_fold(whole, |meaning, step| match step {
        Step::Key(key) => meaning.entry(key),
        Step::Item(at) => meaning.item(*at),
    })
}
