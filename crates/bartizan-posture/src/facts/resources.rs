//! The restricted resources of a project and who holds the keys to them: `RESOURCES.toml` (SPEC 6).
//!
//! ```toml
//! reviewed = 2026-04-01               # when the list was last looked through
//!
//! [[resource]]
//! name = "lab on the package index"   # as people call it, each once
//! kind = "package-index"              # one of `KINDS`
//! maintainers = ["ada", "grace"]      # who can use it
//! purpose = "releases"                # what it is for
//! recovery = "any owner adds another" # how it is got back when it is lost
//! rotated = 2026-03-01                # of a secret, token or key: when it was last made anew
//! expires = 2027-03-01                # and when it ends by itself
//! ```

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::Reader;

/// Where it may lie.
const FILES: [&str; 3] = [
    "RESOURCES.toml",
    ".github/RESOURCES.toml",
    "docs/RESOURCES.toml",
];

/// What a project states of its restricted resources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {
    /// The file.
    pub file: String,
    /// When the list was last looked through, with the line.
    pub reviewed: Option<(Date, u32)>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// What is wrong with the list, with the line; sorted.
    pub faults: Vec<(u32, String)>,
}

/// What a resource can be.
pub const KINDS: [&str; 11] = [
    "account",
    "domain",
    "key",
    "machine",
    "mailing-list",
    "organisation",
    "other",
    "package-index",
    "repository",
    "secret",
    "token",
];

/// Kinds that are made anew from time to time.
const ROTATING: [&str; 3] = ["key", "secret", "token"];

/// Something that not everybody may use: a name on a package index, an account, a domain, a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The line in which it is named.
    pub line: u32,
    /// What it is called.
    pub name: String,
    /// What it is: `package-index`, `domain`, `account`, `secret`, …
    pub kind: String,
    /// Who can use it.
    pub maintainers: Vec<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// How it is got back when it is lost, or how it is rotated.
    pub recovery: Option<String>,
    /// When it was last made anew.
    pub rotated: Option<Date>,
    /// When it ends by itself.
    pub expires: Option<Date>,
}

impl Resource {
    /// Whether it is something that is made anew from time to time.
    pub fn rotates(&self) -> bool {
        ROTATING.contains(&self.kind.as_str())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reviewed: Option<Spanned<Datetime>>,
    #[serde(default)]
    resource: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    kind: String,
    maintainers: Vec<String>,
    purpose: Option<String>,
    recovery: Option<String>,
    rotated: Option<Datetime>,
    expires: Option<Datetime>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Resources> {
    let document = reader.first(&FILES)?;
    match parse(&document.path, &document.text) {
        Ok(resources) => Some(resources),
        Err(message) => {
            reader.problem(&document.path, message);
            None
        }
    }
}

/// Reads the text of such a file.
pub fn parse(path: &str, text: &str) -> Result<Resources, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let reviewed = match file.reviewed {
        Some(day) => {
            let line = super::policy::line_at(text, day.span().start);
            let day = super::policy::day(day.into_inner()).ok_or("`reviewed` is no day")?;
            Some((day, line))
        }
        None => None,
    };
    let mut resources = Vec::new();
    for entry in file.resource {
        let line = super::policy::line_at(text, entry.span().start);
        let entry = entry.into_inner();
        let day = |moment: Option<Datetime>, key: &str| match moment {
            Some(moment) => super::policy::day(moment)
                .map(Some)
                .ok_or(format!("`{key}` is no day")),
            None => Ok(None),
        };
        resources.push(Resource {
            line,
            rotated: day(entry.rotated, "rotated")?,
            expires: day(entry.expires, "expires")?,
            name: entry.name,
            kind: entry.kind,
            maintainers: entry.maintainers,
            purpose: entry.purpose,
            recovery: entry.recovery,
        });
    }
    Ok(Resources {
        file: path.to_owned(),
        reviewed,
        faults: faults(&resources),
        resources,
    })
}

fn faults(resources: &[Resource]) -> Vec<(u32, String)> {
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for it in resources {
        let Resource {
            line, name, kind, ..
        } = it;
        if name.trim().is_empty() {
            faults.push((*line, "a resource has no name".to_owned()));
        } else if !names.insert(name.to_lowercase()) {
            faults.push((*line, format!("`{name}` stands twice")));
        }
        if !KINDS.contains(&kind.as_str()) {
            faults.push((
                *line,
                format!(
                    "`{kind}` is no kind of resource; kinds are {}",
                    KINDS.join(", ")
                ),
            ));
        }
        if it.maintainers.iter().any(|it| it.trim().is_empty()) {
            faults.push((*line, format!("a maintainer of `{name}` has no name")));
        }
        if it
            .rotated
            .zip(it.expires)
            .is_some_and(|(made, ends)| ends < made)
        {
            faults.push((*line, format!("`{name}` ends before it was made")));
        }
    }
    faults.sort();
    faults
}

/// The list as a page in Markdown, for the documentation of a project.
pub fn markdown(resources: &Resources) -> String {
    let mut page = "# Restricted resources\n\n".to_owned();
    if let Some((day, _)) = resources.reviewed {
        page += &format!("Last looked through on {day}.\n\n");
    }
    page += "| resource | kind | maintainers | purpose | recovery | made anew | ends |\n|---|---|---|---|---|---|---|\n";
    let mut rows: Vec<&Resource> = resources.resources.iter().collect();
    rows.sort_by_key(|it| (&it.kind, &it.name));
    for it in rows {
        let text = |text: &Option<String>| cell(text.as_deref().unwrap_or("—"));
        let day = |day: Option<Date>| day.map_or("—".to_owned(), |day| day.to_string());
        page += &format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            cell(&it.name),
            cell(&it.kind),
            cell(&it.maintainers.join(", ")),
            text(&it.purpose),
            text(&it.recovery),
            day(it.rotated),
            day(it.expires)
        );
    }
    page
}

/// A text in a cell of a table: on one line, and no markup.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => cell.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => {
                cell.push('\\');
                cell.push(character);
            }
            control if control.is_control() => {}
            other => cell.push(other),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match parse("R", text) {
            Ok(it) => format!("{}{:?}", markdown(&it), it.faults),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn resources_are_read_with_lines() {
        insta::assert_snapshot!(check("reviewed = 2026-05-01\n\n[[resource]]\nname = \"n|x\"\nkind = \"token\"\nmaintainers = [\"a\", \"b\"]\nrotated = 2026-01-02\n[[resource]]\nname = \"d\"\nkind = \"domain\"\nmaintainers = []\n"), @r#"
        # Restricted resources

        Last looked through on 2026-05-01.

        | resource | kind | maintainers | purpose | recovery | made anew | ends |
        |---|---|---|---|---|---|---|
        | d | domain |  | — | — | — | — |
        | n\|x | token | a, b | — | — | 2026-01-02 | — |
        []
        "#);
        let faults = check(
            "[[resource]]\nname = \"N\"\nkind = \"x\"\nmaintainers = [\"\"]\n[[resource]]\nname = \"n\"\nkind = \"key\"\nmaintainers = []\nrotated = 2026-01-02\nexpires = 2025-01-02\n",
        );
        insta::assert_snapshot!(faults.lines().last().unwrap(), @r#"[(1, "`x` is no kind of resource; kinds are account, domain, key, machine, mailing-list, organisation, other, package-index, repository, secret, token"), (1, "a maintainer of `N` has no name"), (5, "`n` ends before it was made"), (5, "`n` stands twice")]"#);
        insta::assert_snapshot!(check("[[resource]]\nname = 1\n"), @"error: invalid type: integer `1`, expected a string");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(resource|reviewed|name|2026-01-01|[=\n \[\]{}",a])*{0,30}"#) {
            check(&text);
        }
    }
}
