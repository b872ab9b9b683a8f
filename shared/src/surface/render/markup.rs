//! XML and HTML of which no part can be foreign: text gets in by one door alone, and loses its meaning there.

use crate::surface::clean;

/// Finished markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// Any text. What a terminal would obey or hide is shown here too, since no XML can carry it, and a page would let it
    /// turn the reading direction.
    pub(super) fn text(text: &str) -> Self {
        Self(escaped(text))
    }

    /// What the program itself says, as it is.
    pub(super) fn fixed(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// An element around something.
    pub(super) fn tag(name: &'static str, attributes: &[(&'static str, &str)], inner: Self) -> Self {
        let Self(inner) = inner;
        Self(format!("<{name}{}>{inner}</{name}>", written(attributes)))
    }

    /// An element around a text.
    pub(super) fn word(name: &'static str, attributes: &[(&'static str, &str)], text: &str) -> Self {
        Self::tag(name, attributes, Self::text(text))
    }

    /// An element with nothing in it.
    pub(super) fn empty(name: &'static str, attributes: &[(&'static str, &str)]) -> Self {
        Self(format!("<{name}{}/>", written(attributes)))
    }

    /// One behind the other.
    pub(super) fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|Self(part)| part).collect())
    }

    /// The same, each on lines of its own.
    pub(super) fn lines(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts: Vec<Self> = parts.into_iter().collect();
        let lines = parts.iter().map(|Self(part)| part.trim_matches('\n')).filter(|part| !part.is_empty());
        let lines: String = lines.flat_map(|line| [line, "\n"]).collect();
        Self(format!("\n{lines}"))
    }

    /// The text of a file.
    pub(super) fn document(head: &'static str, body: Self) -> String {
        let Self(body) = body;
        format!("{head}{}\n", body.trim_end_matches('\n'))
    }
}

fn written(attributes: &[(&'static str, &str)]) -> String {
    let attribute = |(name, value): &(&str, &str)| format!(" {name}=\"{}\"", escaped(value));
    attributes.iter().map(attribute).collect::<Vec<_>>().concat()
}

fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No characters, says XML. A terminal obeys none of them, so that cleaning leaves them.
            '\u{fffe}' => out.push_str("&lt;U+FFFE&gt;"),
            '\u{ffff}' => out.push_str("&lt;U+FFFF&gt;"),
            plain => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "<script>\"'&]]>\u{1b}\u{202e}\u{fffe}";

    #[test]
    fn foreign_text_opens_nothing_and_hides_nothing() {
        let tag = Markup::word("a", &[("b", HOSTILE)], HOSTILE);
        let shown = "&lt;script&gt;&quot;&#39;&amp;]]&gt;^[&lt;U+202E&gt;&lt;U+FFFE&gt;";
        assert_eq!(tag, Markup(format!("<a b=\"{shown}\">{shown}</a>")));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_well_formed_and_read_back_as_it_is_shown(text in proptest::prelude::any::<String>()) {
            let Markup(written) = Markup::word("a", &[("b", &text)], &text);
            let read = uppsala::parse(&written).unwrap();
            let element = read.document_element().unwrap();
            let shown = clean(&text).replace('\u{fffe}', "<U+FFFE>").replace('\u{ffff}', "<U+FFFF>");
            assert_eq!(read.text_content_deep(element), shown);
            assert_eq!(read.children(element).len(), usize::from(!shown.is_empty()));
            let attributes: Vec<String> = read.element(element).unwrap().attributes.iter().map(|one| one.value.to_string()).collect();
            assert_eq!(attributes, [shown]);
        }
    }
}
