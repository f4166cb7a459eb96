//! What the editors of TOML share: values with their places in the text.

use std::{collections::BTreeSet, ops::Range};

use bartizan_model::ecosystem::Package;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    EditError, Edited, MAX_BYTES, PinEdit, Splice, is_same, pin_in, spliced, version_after,
};

/// A text in TOML with the edits that are asked for, and those that were found.
pub(super) struct Pins<'a> {
    text: &'a str,
    edits: &'a [PinEdit],
    splices: Vec<Splice>,
    made: BTreeSet<usize>,
}

/// Takes a text apart.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, EditError> {
    if text.len() > MAX_BYTES {
        return Err(EditError::TooLarge);
    }
    DeTable::parse(text).map_err(|error| EditError::Syntax(error.message().to_owned()))
}

/// The table under a key.
pub(super) fn table<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    match table.get(key)?.get_ref() {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    }
}

/// The tables in a table.
pub(super) fn tables<'t, 'a>(
    table: Option<&'t DeTable<'a>>,
) -> impl Iterator<Item = &'t DeTable<'a>> {
    table
        .into_iter()
        .flat_map(DeTable::values)
        .filter_map(|value| match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        })
}

impl<'a> Pins<'a> {
    pub(super) fn new(text: &'a str, edits: &'a [PinEdit]) -> Self {
        Self {
            text,
            edits,
            splices: Vec::new(),
            made: BTreeSet::new(),
        }
    }

    pub(super) fn finish(self) -> Result<Edited, EditError> {
        Ok(Edited {
            text: spliced(self.text, self.splices)?,
            made: self.made,
        })
    }

    /// What stands between the quotes of a value; `None` where that is not what the value is.
    fn inside(&self, value: &Spanned<DeValue<'_>>) -> Option<(usize, &'a str)> {
        let DeValue::String(content) = value.get_ref() else {
            return None;
        };
        let raw = self.text.get(value.span())?;
        let inner = raw.get(1..raw.len().checked_sub(1)?)?;
        (inner == content.as_ref()).then_some((value.span().start + 1, inner))
    }

    /// Writes the new version over a range of the text.
    pub(super) fn write(&mut self, place: usize, range: Range<usize>) {
        let to = self.edits.get(place).and_then(|edit| edit.to.clone());
        if let Some(text) = to {
            self.splices.push(Splice { range, text });
            self.made.insert(place);
        }
    }

    /// Puts a text in the place of a value.
    pub(super) fn replace(&mut self, range: Range<usize>, text: String) {
        self.splices.push(Splice { range, text });
    }

    /// An array of requirements by PEP 508.
    pub(super) fn requirements(&mut self, value: Option<&Spanned<DeValue<'_>>>) {
        let Some(DeValue::Array(items)) = value.map(Spanned::get_ref) else {
            return;
        };
        for item in items {
            let Some((start, inner)) = self.inside(item) else {
                continue;
            };
            for (place, edit) in self.edits.iter().enumerate() {
                if let Some(range) = pin_in(inner, edit) {
                    self.write(place, start + range.start..start + range.end);
                }
            }
        }
    }

    /// Each array of requirements in a table.
    pub(super) fn requirements_of_each(&mut self, table: Option<&DeTable<'_>>) {
        for value in table.into_iter().flat_map(DeTable::values) {
            self.requirements(Some(value));
        }
    }

    /// A table of packages, each with its version: `name = "1.0"`, `name = { version = "==1.0" }`, or several of these.
    pub(super) fn packages(&mut self, table: Option<&DeTable<'_>>) {
        for (name, value) in table.into_iter().flatten() {
            let package = Package::pypi(name.get_ref());
            let edits = self.edits;
            for (place, edit) in edits
                .iter()
                .enumerate()
                .filter(|(_, edit)| edit.package == package)
            {
                self.package(place, edit, value);
            }
        }
    }

    fn package(&mut self, place: usize, edit: &PinEdit, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(_) => {
                if let Some(range) = self.exact(edit, value) {
                    self.write(place, range);
                }
            }
            DeValue::Table(table) => {
                if let Some(range) = table
                    .get("version")
                    .and_then(|value| self.exact(edit, value))
                {
                    self.write(place, range);
                }
            }
            DeValue::Array(several) => several.iter().for_each(|value| {
                if !matches!(value.get_ref(), DeValue::Array(_)) {
                    self.package(place, edit, value);
                }
            }),
            _ => {}
        }
    }

    /// Where the version stands in a text that is nothing but an exact one.
    pub(super) fn exact(
        &self,
        edit: &PinEdit,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Range<usize>> {
        let (start, inner) = self.inside(value)?;
        let from = edit.from.as_deref()?;
        let bare = inner.trim().trim_start_matches('=').trim();
        let range = version_after(inner, 0, from).filter(|_| is_same(bare, from))?;
        Some(start + range.start..start + range.end)
    }
}
