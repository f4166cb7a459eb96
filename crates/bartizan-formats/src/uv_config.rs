//! Which package indexes uv's configuration names
//! ([uv's configuration files](https://docs.astral.sh/uv/concepts/configuration-files)).
//!
//! Only files of a user or a machine are meant: `uv.toml`, never the table of a project. Of all settings only the indexes are
//! kept. Addresses may hold secrets: they are handed on and never printed, and no error repeats a part of the file.

use thiserror::Error;

use crate::{
    document::{Document, DocumentError, Table},
    pip_config::{MAX_BYTES, MOST_EXTRA, PipIndexes},
};

/// Why a configuration was not read. uv refuses such a file too; to go on without it could ask an index that its owner
/// never meant to ask.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UvConfigError {
    /// It is larger than any configuration.
    #[error("larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is not TOML.
    #[error("line {line} is not TOML")]
    Syntax {
        /// The line, from 1.
        line: usize,
    },
}

/// Reads a configuration file.
///
/// An index that is `explicit` is asked by uv only for what is pinned to it, and a `flat` one serves no pages of projects:
/// both are passed over.
pub fn read(text: &str) -> Result<PipIndexes, UvConfigError> {
    if text.len() > MAX_BYTES {
        return Err(UvConfigError::TooLarge);
    }
    let document = Document::parse(text, 1).map_err(|error| match error {
        DocumentError::Syntax { line, .. } => UvConfigError::Syntax { line },
        _ => UvConfigError::TooLarge,
    })?;
    let root = document.root();
    let is_asked = |index: &Table<'_>| {
        index.truth("explicit") != Some(true) && index.text("format") != Some("flat")
    };
    let (mut main, mut extra) = (None, Vec::new());
    for index in root.tables("index").filter(is_asked) {
        let url = index.text("url").map(str::trim);
        let Some(url) = url.filter(|url| !url.is_empty()) else {
            continue;
        };
        if index.truth("default") == Some(true) {
            main.get_or_insert(url.to_owned());
        } else {
            extra.push(url.to_owned());
        }
    }
    let older = root.text("index-url").map(str::trim);
    let main = main.or_else(|| Some(older.filter(|url| !url.is_empty())?.to_owned()));
    extra.extend(root.texts("extra-index-url").flat_map(PipIndexes::extra_of));
    extra.truncate(MOST_EXTRA);
    Ok(PipIndexes {
        index: main,
        extra: (!extra.is_empty()).then_some(extra),
        is_none: root.truth("no-index"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let found = read(text).map_or_else(
            |error| error.to_string(),
            |found| format!("{:?} {:?} {:?}", found.index, found.extra, found.is_none),
        );
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn indexes_are_found() {
        check(
            "[[index]]\nname = \"a\"\nurl = \"https://a.example\"\ndefault = true\n[[index]]\nurl = \"https://b.example\"\n[[index]]\nurl = \"https://c.example\"\nexplicit = true\n[[index]]\nurl = \"https://d.example\"\nformat = \"flat\"\n",
            r#"Some("https://a.example") Some(["https://b.example"]) None"#,
        );
        check(
            "index-url = \"https://a.example\"\nextra-index-url = [\"https://b.example\"]\nno-index = false\n[pip]\nindex-url = \"https://p.example\"\n",
            r#"Some("https://a.example") Some(["https://b.example"]) Some(false)"#,
        );
        // The newer way counts before the older one, and a project's table for nothing.
        check(
            "index-url = \"https://old.example\"\nindex = [{ url = \"https://new.example\", default = true }]\n[[tool.uv.index]]\nurl = \"https://project.example\"\n",
            r#"Some("https://new.example") None None"#,
        );
        check("", "None None None");
        check("index = 3\n[[index-url]]\nx = 1\n", "None None None");
    }

    #[test]
    fn what_is_broken_is_refused_without_its_content() {
        check(
            "[[index]]\nurl = https://me:secret@a.example\n",
            "line 2 is not TOML",
        );
        let long = format!("a = \"{}\"", "x".repeat(MAX_BYTES));
        check(&long, "larger than 1048576 bytes");
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\PC{0,20}\\n|\\[\\[index\\]\\]\\n|index-url = \"\\PC{0,8}\"\\n|url = \"\\PC{0,8}\"\\n|default = true\\n){0,12}") {
            let _ = read(&text);
        }
    }
}
