//! An archive that is being read. Objects are put to their like as they come: parsed, all of them would take several times the
//! room of their texts. Only those of kinds that a later file may define wait for the end.

use super::apart::Apart;
use super::kinds::Kinds;
use super::meta::Meta;
use super::objects::{Found, Text, text};
use super::table::{Table, Tables, group_of};
use super::{Archive, Contents, managed, texts};
use crate::verdict::Failure;
use std::path::Path;

pub(super) struct Filling {
    contents: Contents,
    kinds: Kinds,
    tables: Tables,
    apart: Apart,
    waiting: Vec<Found>,
    /// What others make of what was taken.
    made: Vec<Found>,
}

impl Filling {
    pub(super) fn new(contents: Contents) -> Self {
        let (kinds, tables, apart) = (Kinds::default(), Tables::default(), Apart::default());
        Self { contents, kinds, tables, apart, waiting: Vec::new(), made: Vec::new() }
    }

    /// Takes what a file holds.
    ///
    /// # Errors
    /// An object that is there already (exit 2).
    pub(super) fn take(&mut self, text: Text) -> Result<(), Failure> {
        self.apart.add(text.apart);
        for found in text.objects {
            self.kinds.learn(&found.object);
            if is_settled(&found) {
                self.add(found)?;
            } else {
                self.waiting.push(found);
            }
        }
        Ok(())
    }

    /// The archive of all that was taken.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(super) fn done(mut self, folder: &Path, meta: Meta) -> Result<Archive, Failure> {
        for found in std::mem::take(&mut self.waiting) {
            self.add(found)?;
        }
        for found in std::mem::take(&mut self.made) {
            let (namespace, name) =
                (text(&found.object, "/metadata/namespace"), text(&found.object, "/metadata/name"));
            let is_written = |table: &Table| table.get(Some(namespace), name).is_some();
            if !self.tables.get("", "services").is_some_and(is_written) {
                self.add(found)?;
            }
        }
        let Self { contents, kinds, tables, apart, .. } = self;
        Ok(Archive { folder: folder.to_owned(), others: Vec::new(), contents, meta, kinds, tables, apart })
    }

    fn add(&mut self, mut found: Found) -> Result<(), Failure> {
        if self.contents.settle(&mut found.object, &mut self.apart) {
            if self.contents == Contents::Manifests {
                self.made.extend(managed::services(&found));
                let told = texts::quote(&mut found.object).into_iter();
                self.apart.refused.extend(told.map(|what| format!("{}: {what}", found.origin)));
            }
            self.tables.add(&self.kinds, found, self.contents)?;
        }
        Ok(())
    }
}

fn is_settled(found: &Found) -> bool {
    let group = group_of(text(&found.object, "/apiVersion"));
    Kinds::is_settled(group, text(&found.object, "/kind"))
}
