//! The restricted resources of a project and who holds the keys to them: `RESOURCES.toml` (SPEC 6).

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
}

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
    let resources = file.resource.into_iter().map(|entry| {
        let line = super::policy::line_at(text, entry.span().start);
        let entry = entry.into_inner();
        Resource {
            line,
            name: entry.name,
            kind: entry.kind,
            maintainers: entry.maintainers,
            purpose: entry.purpose,
            recovery: entry.recovery,
        }
    });
    Ok(Resources {
        file: path.to_owned(),
        reviewed,
        resources: resources.collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match parse("R", text) {
            Ok(it) => format!("{:?} {:?}", it.reviewed, it.resources),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn resources_are_read_with_lines() {
        insta::assert_snapshot!(check("reviewed = 2026-05-01\n\n[[resource]]\nname = \"n\"\nkind = \"domain\"\nmaintainers = [\"a\", \"b\"]\n"), @r#"Some((2026-05-01, 1)) [Resource { line: 3, name: "n", kind: "domain", maintainers: ["a", "b"], purpose: None, recovery: None }]"#);
        insta::assert_snapshot!(check("[[resource]]\nname = 1\n"), @"error: invalid type: integer `1`, expected a string");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(resource|reviewed|name|2026-01-01|[=\n \[\]{}",a])*{0,30}"#) {
            check(&text);
        }
    }
}
