//! TOML of others, taken apart value by value with the line each stands in.
//!
//! Lock files are not read into one rigid type: a single entry of a wrong shape would then cost the whole
//! file. The parser itself bounds nesting; a test holds it to that.

use std::path::Path;

use memchr::{memchr_iter, memmem};
use thiserror::Error;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{target::TargetError, tree::Tree, yaml::YamlError};

/// The largest lock file that is read. A lock file of 2,000 packages has about 8 MiB.
pub(crate) const LARGEST_DOCUMENT: u64 = 64 << 20;

/// The largest part of such a file. The longest entry of an honest lock file, a package with hundreds of
/// wheels, has about 200 KiB; taken apart, a hostile one costs up to eighty times its size in memory.
const LARGEST_PART: usize = 2 << 20;

/// How many parts a file may have. The largest lock files have some thousand packages.
const MOST_PARTS: usize = 200_000;

/// Why a file of TOML, YAML or JSON cannot be taken apart.
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
    /// A part of it is larger than what anybody writes.
    #[error("the entry at line {line} is larger than {limit} bytes")]
    TooLarge {
        /// The line in which it begins.
        line: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// It has more entries than anybody writes.
    #[error("more than {limit} entries")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// It is not YAML that is read here.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// It is not JSON, or of another shape than its format has.
    #[error("not JSON of this format: {message}")]
    Json {
        /// What is wrong with it.
        message: String,
    },
}

/// The text of a lock file.
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

/// Gathers what a file of TOML says, part by part where that gives the same.
///
/// A lock file is a long row of tables under one `header`. Taken apart as a whole it costs many times its
/// size in memory, cut before each header line next to nothing. A cut inside of a text or an array leaves a
/// part that is no TOML by itself; a file that is small enough is then taken as a whole after all.
pub(crate) fn gather<T: Default>(
    path: &Path,
    text: &str,
    header: &str,
    take: fn(&mut T, Table<'_>),
) -> Result<T, TargetError> {
    let whole = |cause| match cause {
        DocumentError::Syntax { .. } if text.len() <= LARGEST_PART => gather_parts(text, "", take),
        other => Err(other),
    };
    gather_parts(text, header, take)
        .or_else(whole)
        .map_err(|cause| TargetError::Document {
            path: path.to_owned(),
            cause,
        })
}

fn gather_parts<T: Default>(
    text: &str,
    header: &str,
    take: fn(&mut T, Table<'_>),
) -> Result<T, DocumentError> {
    let mut gathered = T::default();
    let mut first_line = 1;
    let mut rest = text;
    for _ in 0..MOST_PARTS {
        let (part, after) = rest.split_at(end_of_part(rest, header));
        let document = Document::parse(part, first_line)?;
        take(&mut gathered, document.root());
        first_line += document.lines.begins.len().max(2) - 1;
        rest = after;
        if rest.is_empty() {
            return Ok(gathered);
        }
    }
    Err(DocumentError::TooMany { limit: MOST_PARTS })
}

/// Where the next line begins that is the header, after the first line.
fn end_of_part(text: &str, header: &str) -> usize {
    let bytes = text.as_bytes();
    let begins_line = |place: &usize| match place.checked_sub(1) {
        Some(before) => bytes.get(before) == Some(&b'\n'),
        None => false,
    };
    let found = match header {
        "" => None,
        header => memmem::find_iter(bytes, header.as_bytes()).find(begins_line),
    };
    found.unwrap_or(text.len())
}

/// A file of TOML, or a part of it.
pub(crate) struct Document<'a> {
    root: Spanned<DeTable<'a>>,
    lines: Lines,
}

/// The lines of a text.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Where each begins.
    begins: Vec<usize>,
    /// The number of the first.
    first: usize,
}

impl Lines {
    pub(crate) fn of(text: &str, first: usize) -> Self {
        let newlines = memchr_iter(b'\n', text.as_bytes()).map(|place| place + 1);
        let begins = std::iter::once(0).chain(newlines).collect();
        Self { begins, first }
    }

    /// The line in which a place is.
    pub(crate) fn number(&self, place: usize) -> usize {
        let passed = self.begins.partition_point(|&begin| begin <= place);
        self.first + passed.max(1) - 1
    }
}

impl<'a> Document<'a> {
    /// Takes a text apart that begins with the line of this number.
    pub(crate) fn parse(text: &'a str, first_line: usize) -> Result<Self, DocumentError> {
        if text.len() > LARGEST_PART {
            return Err(DocumentError::TooLarge {
                line: first_line,
                limit: LARGEST_PART,
            });
        }
        let lines = Lines::of(text, first_line);
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { root, lines }),
            Err(error) => Err(DocumentError::Syntax {
                line: lines.number(error.span().map_or(0, |span| span.start)),
                message: error.message().to_owned(),
            }),
        }
    }

    pub(crate) fn root(&self) -> Table<'_> {
        Table {
            values: self.root.get_ref(),
            lines: &self.lines,
            begin: 0,
        }
    }
}

/// A table. What is missing and what is of another type than asked for are the same: absent.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    values: &'a DeTable<'a>,
    lines: &'a Lines,
    begin: usize,
}

impl<'a> Table<'a> {
    /// The line in which it begins.
    pub(crate) fn line(self) -> usize {
        self.lines.number(self.begin)
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

    /// The texts in an array, each with its line.
    pub(crate) fn texts_with_lines(self, key: &str) -> impl Iterator<Item = (usize, &'a str)> {
        self.values(key).filter_map(move |value| {
            let line = self.lines.number(value.span().start);
            Some((line, value.get_ref().as_str()?))
        })
    }

    /// The line in which the value of a key begins; that of the table where there is none.
    pub(crate) fn line_of(self, key: &str) -> usize {
        let begin = self.value(key).map(|value| value.span().start);
        self.lines.number(begin.unwrap_or(self.begin))
    }

    /// A value of `true` or `false`.
    pub(crate) fn truth(self, key: &str) -> Option<bool> {
        self.value(key)?.get_ref().as_bool()
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

    /// Line and name of each package, gathered by parts.
    fn check(text: &str, expect: &str) {
        let take: fn(&mut Vec<String>, Table<'_>) = |seen, root| {
            for table in root.tables("package") {
                seen.push(format!(
                    "{}:{}",
                    table.line(),
                    table.text("name").unwrap_or("-")
                ));
            }
            seen.extend(root.scalar("version"));
        };
        let seen = gather(Path::new("x"), text, "[[package]]", take);
        assert_eq!(
            seen.map_or_else(|error| error.describe(), |seen| seen.join(" ")),
            expect
        );
    }

    #[test]
    fn values_are_found_with_their_line() {
        check(
            "version = 1\n\n[[package]]\nname = \"a\"\n[[package]]\nname = \"b\"\n",
            "1 3:a 5:b",
        );
        check(
            "[[package]]\nname = \"a\"\n[[package]]\nname = 1",
            "1:a 3:-",
        );
        check("", "");
        check("version = \"x\"", "x");
    }

    #[test]
    fn a_header_inside_of_a_text_does_not_cut_it() {
        let text = "a = \"\"\"\n[[package]]\nname = 'no'\n\"\"\"\n[[package]]\nname = 'b'\n";
        check(text, "5:b");
        check(
            "a = [\n[[package]]\n]\n",
            "cannot read `x`: line 2 is not TOML: string values must be quoted, expected literal string",
        );
    }

    #[test]
    fn absurd_sizes_are_errors() {
        check(
            &"a".repeat(LARGEST_PART + 1),
            "cannot read `x`: the entry at line 1 is larger than 2097152 bytes",
        );
        check(
            &"[[package]]\n".repeat(MOST_PARTS + 9),
            "cannot read `x`: more than 200000 entries",
        );
    }

    #[test]
    fn errors_name_their_line() {
        let error = Document::parse("a = 1\nb = \n", 1).err().unwrap();
        assert_eq!(
            error.to_string(),
            "line 2 is not TOML: string values must be quoted, expected literal string"
        );
    }

    #[test]
    fn absurd_nesting_is_an_error() {
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let text = format!("a = {}{}", open.repeat(200_000), close.repeat(200_000));
            assert!(Document::parse(&text, 1).is_err(), "{open}");
        }
        let dotted = vec!["a"; 200_000].join(".");
        assert!(Document::parse(&format!("[{dotted}]"), 1).is_err());
        assert!(Document::parse(&format!("{dotted} = 1"), 1).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}a-c.=\"'\n# ,]{0,60}") {
            let _ = Document::parse(&text, 1).map(|document| document.root().keys().count());
            let take: fn(&mut usize, Table<'_>) = |count, root| *count += root.keys().count();
            let _ = gather(Path::new("x"), &text, "[[", take);
        }
    }
}
