//! TOML of others, taken apart value by value with the line each stands in.
//!
//! Lock files are not read into one rigid type: a single entry of a wrong shape would then cost the whole
//! file. The parser itself bounds nesting; a test holds it to that.

use std::path::Path;

use thiserror::Error;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{target::TargetError, tree::Tree};

/// The largest TOML file that is read. A lock file of 2,000 packages has about 8 MiB.
pub(crate) const LARGEST_DOCUMENT: u64 = 64 << 20;

/// Why a file of TOML cannot be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It is not text.
    #[error("not UTF-8")]
    NotText,
    /// It is not TOML.
    #[error("line {line} is not TOML: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

/// The text of a file of TOML.
pub(crate) fn read_text(tree: &dyn Tree, path: &Path) -> Result<String, TargetError> {
    let bytes = tree
        .read(path, LARGEST_DOCUMENT)
        .map_err(|cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        })?;
    String::from_utf8(bytes).map_err(|_not_text| TargetError::Document {
        path: path.to_owned(),
        cause: DocumentError::NotText,
    })
}

/// A file of TOML.
pub(crate) struct Document<'a> {
    root: Spanned<DeTable<'a>>,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Document<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, DocumentError> {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0)
            .chain(newlines.map(|(place, _)| place + 1))
            .collect();
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { root, lines }),
            Err(error) => {
                let place = error.span().map_or(0, |span| span.start);
                Err(DocumentError::Syntax {
                    line: line_of(&lines, place),
                    message: error.message().to_owned(),
                })
            }
        }
    }

    /// [`Document::parse`] with the file that the text is from.
    pub(crate) fn of_file(path: &Path, text: &'a str) -> Result<Self, TargetError> {
        Self::parse(text).map_err(|cause| TargetError::Document {
            path: path.to_owned(),
            cause,
        })
    }

    pub(crate) fn root(&self) -> Table<'_> {
        Table {
            values: self.root.get_ref(),
            lines: &self.lines,
            begin: 0,
        }
    }
}

fn line_of(lines: &[usize], place: usize) -> usize {
    lines.partition_point(|&begin| begin <= place).max(1)
}

/// A table. What is missing and what is of another type than asked for are the same: absent.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    values: &'a DeTable<'a>,
    lines: &'a [usize],
    begin: usize,
}

impl<'a> Table<'a> {
    /// The line in which it begins.
    pub(crate) fn line(self) -> usize {
        line_of(self.lines, self.begin)
    }

    fn value(self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.values.get(key)
    }

    pub(crate) fn has(self, key: &str) -> bool {
        self.value(key).is_some()
    }

    pub(crate) fn text(self, key: &str) -> Option<&'a str> {
        self.value(key)?.get_ref().as_str()
    }

    /// A number or a text, as it is written.
    pub(crate) fn scalar(self, key: &str) -> Option<String> {
        match self.value(key)?.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => None,
        }
    }

    pub(crate) fn table(self, key: &str) -> Option<Self> {
        self.as_table(self.value(key)?)
    }

    /// The tables in an array.
    pub(crate) fn tables(self, key: &str) -> impl Iterator<Item = Table<'a>> {
        self.values(key)
            .filter_map(move |value| self.as_table(value))
    }

    /// The tables in the arrays of an array.
    pub(crate) fn nested_tables(self, key: &str) -> impl Iterator<Item = Table<'a>> {
        let inner = self
            .values(key)
            .filter_map(|value| value.get_ref().as_array());
        inner
            .flat_map(|array| array.iter())
            .filter_map(move |value| self.as_table(value))
    }

    /// The texts in an array.
    pub(crate) fn texts(self, key: &str) -> impl Iterator<Item = &'a str> {
        self.values(key)
            .filter_map(|value| value.get_ref().as_str())
    }

    /// The keys, in alphabetical order.
    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.values.keys().map(|key| key.get_ref().as_ref())
    }

    fn values(self, key: &str) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> {
        let array = self.value(key).and_then(|value| value.get_ref().as_array());
        array.into_iter().flat_map(|array| array.iter())
    }

    fn as_table(self, value: &'a Spanned<DeValue<'a>>) -> Option<Self> {
        let values = value.get_ref().as_table()?;
        Some(Table {
            values,
            begin: value.span().start,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_found_with_their_line() {
        let document = Document::parse(
            "version = 1\n\n[[package]]\nname = \"a\"\n[[package]]\nname = \"b\"\n",
        )
        .unwrap();
        let root = document.root();
        assert_eq!(root.scalar("version").as_deref(), Some("1"));
        let packages: Vec<_> = root
            .tables("package")
            .map(|table| (table.line(), table.text("name")))
            .collect();
        assert_eq!(packages, [(3, Some("a")), (5, Some("b"))]);
        assert_eq!(root.text("version"), None);
    }

    #[test]
    fn errors_name_their_line() {
        let error = Document::parse("a = 1\nb = \n").err().unwrap();
        assert_eq!(
            error.to_string(),
            "line 2 is not TOML: string values must be quoted, expected literal string"
        );
    }

    #[test]
    fn absurd_nesting_is_an_error() {
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let text = format!("a = {}{}", open.repeat(200_000), close.repeat(200_000));
            assert!(Document::parse(&text).is_err(), "{open}");
        }
        let dotted = vec!["a"; 200_000].join(".");
        assert!(Document::parse(&format!("[{dotted}]")).is_err());
        assert!(Document::parse(&format!("{dotted} = 1")).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}a-c.=\"'\n# ,]{0,60}") {
            let _ = Document::parse(&text).map(|document| document.root().keys().count());
        }
    }
}
