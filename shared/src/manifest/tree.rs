//! A YAML text as a tree in which every part knows where it stands.

use super::Unfit;
use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle};
use std::ops::Range;

/// Deeper than any manifest; it keeps a hostile text from using up the stack.
const DEEPEST: usize = 64;

/// How a collection or a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// By indentation; of scalars `|` and `>`.
    Block,
    /// In braces and brackets; of scalars: on its own line or lines.
    Flow,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The bytes that it takes up. Those of a block end after the last line break, and are not used.
    pub(super) span: Range<usize>,
    /// The column of its first character, from 0.
    pub(super) column: usize,
    /// Whether it has an anchor or a tag: others may refer to it.
    pub(super) is_marked: bool,
    /// What it is.
    pub(super) content: Content,
}

/// What a part is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Text, and whether it has quotes or is a block: what has neither may be a number.
    Scalar { text: String, layout: Layout, is_plain: bool },
    /// Keys and values, in the order of the text.
    Mapping { layout: Layout, entries: Vec<(Node, Node)> },
    /// Items.
    Sequence { layout: Layout, items: Vec<Node> },
    /// `*name`
    Alias(usize),
}

impl Node {
    /// The entry of a mapping.
    pub(super) fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        let Content::Mapping { entries, .. } = &self.content else { return None };
        entries.iter().find(|(name, _)| name.text() == Some(key)).map(|(name, value)| (name, value))
    }

    /// The value of an entry of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            Content::Mapping { .. } | Content::Sequence { .. } | Content::Alias(_) => None,
        }
    }

    /// Where the part ends in the text; unknown for what ends with a block of text.
    pub(super) fn end(&self) -> Option<usize> {
        match &self.content {
            Content::Scalar { layout: Layout::Block, .. } => None,
            Content::Mapping { layout: Layout::Block, entries } => entries.last()?.1.end(),
            Content::Sequence { layout: Layout::Block, items } => items.last()?.end(),
            Content::Scalar { .. }
            | Content::Mapping { .. }
            | Content::Sequence { .. }
            | Content::Alias(_) => Some(self.span.end),
        }
    }
}

/// The roots of all documents of a text.
pub(super) fn documents(text: &str) -> Result<Vec<Node>, Unfit> {
    // Comments are kept by not touching them; nobody here reads one.
    let mut options = Options::default();
    options.emit_comments = false;
    let mut reader = Reader { text, parser: Parser::new_from_str_with_options(text, options) };
    let mut roots = Vec::new();
    while let Some((event, span)) = reader.next()? {
        if event.is_node() {
            roots.push(reader.node(event, &span, 0)?);
        }
    }
    Ok(roots)
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
}

type Next<'a> = Result<Option<(Event<'a>, Span)>, Unfit>;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Next<'a> {
        let unreadable = |error: ScanError| Unfit::Unreadable(error.to_string());
        self.parser.next().transpose().map_err(unreadable)
    }

    fn node(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Result<Node, Unfit> {
        if depth > DEEPEST {
            return Err(Unfit::TooDeep);
        }
        let mut end = span.end;
        let (anchor, tag, content) = if let Event::Scalar(text, style, anchor, tag) = event {
            let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
            let layout = if is_block { Layout::Block } else { Layout::Flow };
            let is_plain = style == ScalarStyle::Plain;
            (anchor, tag, Content::Scalar { text: text.into_owned(), layout, is_plain })
        } else if let Event::MappingStart(style, anchor, tag) = event {
            let (entries, last) = self.entries(depth)?;
            end = last.end;
            (anchor, tag, Content::Mapping { layout: layout(style), entries })
        } else if let Event::SequenceStart(style, anchor, tag) = event {
            let (items, last) = self.items(depth)?;
            end = last.end;
            (anchor, tag, Content::Sequence { layout: layout(style), items })
        } else if let Event::Alias(id) = event {
            (id, None, Content::Alias(id))
        } else {
            return Err(Unfit::Odd("structure"));
        };
        let is_marked = anchor > 0 || tag.is_some();
        let place = span.start.byte_offset().zip(end.byte_offset());
        let (start, end) = place.ok_or(Unfit::Odd("structure"))?;
        Ok(Node { span: start..end, column: span.start.col(), is_marked, content })
    }

    fn entries(&mut self, depth: usize) -> Result<(Vec<(Node, Node)>, Span), Unfit> {
        let mut entries = Vec::new();
        loop {
            match self.inner()? {
                (Event::MappingEnd, span) => return Ok((entries, span)),
                (event, span) => {
                    let key = self.node(event, &span, depth + 1)?;
                    let (event, span) = self.inner()?;
                    let value = self.node(event, &span, depth + 1)?;
                    let value = self.settled(&key, value);
                    entries.push((key, value));
                }
            }
        }
    }

    fn items(&mut self, depth: usize) -> Result<(Vec<Node>, Span), Unfit> {
        let mut items = Vec::new();
        loop {
            match self.inner()? {
                (Event::SequenceEnd, span) => return Ok((items, span)),
                (event, span) => {
                    let item = self.node(event, &span, depth + 1)?;
                    items.push(unplaced(item));
                }
            }
        }
    }

    /// A value that is not written stands for the parser where its key ends; for us, behind the colon.
    fn settled(&self, key: &Node, mut value: Node) -> Node {
        if let Content::Scalar { .. } = value.content
            && value.span.is_empty()
            && value.span.start == key.span.end
        {
            let rest = self.text.get(key.span.end..).unwrap_or_default();
            let inner = rest.trim_start_matches(' ');
            let colon = key.span.end + (rest.len() - inner.len()) + usize::from(inner.starts_with(':'));
            value.span = colon..colon;
        }
        value
    }

    /// The next event inside of a collection, where there must be one.
    fn inner(&mut self) -> Result<(Event<'a>, Span), Unfit> {
        loop {
            match self.next()? {
                Some((Event::Anchor(..), _)) => {}
                Some(found) => return Ok(found),
                None => return Err(Unfit::Odd("structure")),
            }
        }
    }
}

/// An item that is not written stands for the parser somewhere behind its dash: nobody knows where it ends.
fn unplaced(mut item: Node) -> Node {
    if let Content::Scalar { layout, .. } = &mut item.content
        && item.span.is_empty()
    {
        *layout = Layout::Block;
    }
    item
}

fn layout(style: StructureStyle) -> Layout {
    match style {
        StructureStyle::Block => Layout::Block,
        StructureStyle::Flow => Layout::Flow,
    }
}
