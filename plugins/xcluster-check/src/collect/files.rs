//! The files of a cluster, one after the other.

use platform::cluster::collect::Collected;
use platform::surface::{Rendered, render};
use platform::terms::Format;
use platform::verdict::Failure;
use serde_json::Value;
use std::iter::Peekable;

/// So many bytes of objects are in a file, about: one that is much larger would not be read again.
const LARGEST: usize = 8 << 20;

/// A file, whole.
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// Its objects, in as many files as are needed, and what they are.
pub(super) fn of_cluster(one: &Collected) -> impl Iterator<Item = Result<File, Failure>> {
    let objects = one.pages(|object| yaml(Value::Array(vec![object]))).flatten();
    let meta = yaml(one.meta.clone()).map(|text| File { name: Collected::META.to_owned(), text });
    Parts { objects: objects.peekable(), count: 0 }.chain([meta])
}

fn yaml(document: Value) -> Result<String, Failure> {
    render(&Format::Yaml, &Rendered { document, ..Rendered::default() }, None)
}

/// Objects, each an item of a list in YAML, as lists that can be read again. A cluster of which nothing was read has an empty one.
struct Parts<I: Iterator> {
    objects: Peekable<I>,
    count: usize,
}

impl<I: Iterator<Item = Result<String, Failure>>> Iterator for Parts<I> {
    type Item = Result<File, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.count > 0 {
            self.objects.peek()?;
        }
        self.count += 1;
        Some(self.part())
    }
}

impl<I: Iterator<Item = Result<String, Failure>>> Parts<I> {
    fn part(&mut self) -> Result<File, Failure> {
        let mut items = String::new();
        while let Some(text) = self.objects.next_if(|_| items.len() < LARGEST) {
            items += &text?;
        }
        let items = if items.is_empty() { " []\n".to_owned() } else { format!("\n{items}") };
        let name = match self.count {
            1 => "objects.yaml".to_owned(),
            count => format!("objects-{count}.yaml"),
        };
        Ok(File { name, text: format!("apiVersion: v1\nkind: List\nitems:{items}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(objects: Vec<Result<String, Failure>>) -> Vec<(String, usize)> {
        let parts = Parts { objects: objects.into_iter().peekable(), count: 0 };
        let counted = parts.map(|file| {
            let File { name, text } = file.unwrap();
            assert!(text.starts_with("apiVersion: v1\nkind: List\nitems:"), "{name}: {text}");
            (name, text.matches("\n- kind: ConfigMap\n").count())
        });
        counted.collect()
    }

    #[test]
    fn no_file_is_much_larger_than_it_may_be_and_none_is_left_out() {
        let name = |name: &str| name.to_owned();
        assert_eq!(parts(Vec::new()), [(name("objects.yaml"), 0)]);
        let object = |size: usize| {
            yaml(serde_json::json!([{ "kind": "ConfigMap", "data": { "a": "x".repeat(size) } }]))
        };
        assert_eq!(parts(vec![object(1), object(1)]), [(name("objects.yaml"), 2)]);
        let large = [object(LARGEST / 2), object(LARGEST / 2), object(1), object(LARGEST), object(1)];
        let expected = [(name("objects.yaml"), 2), (name("objects-2.yaml"), 2), (name("objects-3.yaml"), 1)];
        assert_eq!(parts(large.into()), expected);
    }

    #[test]
    fn what_cannot_be_written_ends_it() {
        let mut parts = Parts { objects: [Err(Failure::internal("no"))].into_iter().peekable(), count: 0 };
        assert_eq!(parts.next().unwrap().err(), Some(Failure::internal("no")));
    }
}
