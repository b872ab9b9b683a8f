//! The difference of two texts as `git apply` reads it.

use std::fmt::Write as _;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// More lines than this that differ are shown as one change.
const COMPARED: usize = 2000;

/// One line of a comparison, with its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// A unified diff of a file, whose path is relative to the root of the repository; empty when the texts are the same.
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let lines = compared(&split(old), &split(new));
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Both(_)))
        .map(|(at, _)| at)
        .collect();
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    for at in changed {
        let (from, to) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(lines.len()));
        match hunks.last_mut() {
            Some((_, end)) if from <= *end => *end = to,
            _ => hunks.push((from, to)),
        }
    }
    if hunks.is_empty() {
        return String::new();
    }
    let mut text = format!("--- {}\n+++ {}\n", named("a", path), named("b", path));
    for (from, to) in hunks {
        hunk(&mut text, &lines, (from, to));
    }
    text
}

/// A name with a space ends with a tab, as git writes it; one with other odd characters is quoted.
fn named(side: &str, path: &str) -> String {
    if path.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        let mut quoted = String::new();
        for byte in path.bytes() {
            match byte {
                b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                b' '..=b'~' => quoted.push(char::from(byte)),
                // Writing to a text never fails.
                _ => write!(quoted, "\\{byte:03o}").unwrap_or_default(),
            }
        }
        return format!("\"{side}/{quoted}\"");
    }
    let end = if path.contains(' ') { "\t" } else { "" };
    format!("{side}/{path}{end}")
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, end) = old_rest.split_at(old_rest.len() - tail);
    let (new_middle, _) = new_rest.split_at(new_rest.len() - tail);
    let both = |line: &&'a str| Line::Both(line);
    let mut lines: Vec<Line<'a>> = old.iter().take(head).map(both).collect();
    lines.extend(middle(old_middle, new_middle));
    lines.extend(end.iter().map(both));
    lines
}

/// By the longest common subsequence.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    if old.len() > COMPARED || new.len() > COMPARED {
        let gone = old.iter().map(|line| Line::Old(line));
        return gone.chain(new.iter().map(|line| Line::New(line))).collect();
    }
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    let at = |common: &[usize], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or_default();
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let longest = if a == b {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(entry) = common.get_mut(i * width + j) {
                *entry = longest;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push(Line::Both(a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                lines.push(Line::Old(a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(Line::New(b));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

fn hunk(text: &mut String, lines: &[Line<'_>], (from, to): (usize, usize)) {
    let is_old = |line: &&Line<'_>| !matches!(line, Line::New(_));
    let is_new = |line: &&Line<'_>| !matches!(line, Line::Old(_));
    let (before, shown) = (lines.iter().take(from), lines.get(from..to).unwrap_or_default());
    let (old, new) = (shown.iter().filter(is_old).count(), shown.iter().filter(is_new).count());
    let begins = |before: usize, count: usize| if count == 0 { before } else { before + 1 };
    let old_start = begins(before.clone().filter(is_old).count(), old);
    let new_start = begins(before.filter(is_new).count(), new);
    // Writing to a text never fails.
    writeln!(text, "@@ -{old_start},{old} +{new_start},{new} @@").ok();
    for line in shown {
        let (mark, content) = match line {
            Line::Both(content) => (' ', content),
            Line::Old(content) => ('-', content),
            Line::New(content) => ('+', content),
        };
        text.push(mark);
        text.push_str(content);
        if !content.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}
