//! The metadata of a distribution: `METADATA` of a wheel, `PKG-INFO` of a source distribution
//! ([core metadata](https://packaging.python.org/en/latest/specifications/core-metadata/)).
//!
//! Only the header is looked at. Other tools decode the whole file; a byte that is not UTF-8 in a field that
//! matters here is a problem, in the description it is not.

mod description;

use std::collections::BTreeSet;

use bartizan_model::{ecosystem::Package, release::Metadata, requirement::Requirement};

pub use self::description::{Description, describe};

/// The largest metadata file. It holds a description, which is rarely above 1 MiB.
pub(crate) const LARGEST_METADATA: u64 = 16 << 20;

/// How many requirements of one distribution are read.
const MOST_REQUIREMENTS: usize = 10_000;

/// The package and version that metadata state; `None` where either is missing.
pub fn identity(bytes: &[u8]) -> Option<(Package, String)> {
    let metadata = CoreMetadata::parse(bytes);
    metadata.package.zip(metadata.version)
}

/// What a release asks for, by the metadata of a wheel of it.
pub fn of_wheel(bytes: &[u8]) -> Metadata {
    let metadata = CoreMetadata::parse(bytes);
    match metadata.problems.into_iter().next() {
        _ if metadata.package.is_none() => {
            Metadata::Unknown("its metadata name no package".to_owned())
        }
        Some(problem) => Metadata::Unknown(format!("its metadata: {problem}")),
        None => Metadata::Known(metadata.requirements),
    }
}

/// The same by the metadata of a source distribution. They count only where they say that a build changes nothing of it
/// ([PEP 643](https://peps.python.org/pep-0643/)).
pub fn of_source(bytes: &[u8]) -> Metadata {
    let (mut is_new, mut is_dynamic) = (false, false);
    for (key, value) in fields(bytes) {
        let value = String::from_utf8_lossy(&value).trim().to_ascii_lowercase();
        match key.as_str() {
            "metadata-version" => {
                is_new = !matches!(value.as_str(), "1.0" | "1.1" | "1.2" | "2.0" | "2.1");
            }
            "dynamic" => is_dynamic |= value == "requires-dist",
            _ => {}
        }
    }
    if is_new && !is_dynamic {
        of_wheel(bytes)
    } else {
        Metadata::Unknown("it has no wheel, and only building it tells".to_owned())
    }
}

/// What the metadata of a distribution says.
#[derive(Debug, Clone, Default)]
pub(crate) struct CoreMetadata {
    pub(crate) package: Option<Package>,
    pub(crate) version: Option<String>,
    pub(crate) requires_python: Option<String>,
    pub(crate) requirements: Vec<Requirement>,
    /// Whether any requirement is stated, also one that cannot be read.
    pub(crate) states_requirements: bool,
    /// What cannot be read, each a fragment of a sentence about the file.
    pub(crate) problems: Vec<String>,
}

impl CoreMetadata {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut metadata = Self::default();
        let mut texts = Vec::new();
        let mut is_utf8 = true;
        for (key, value) in fields(bytes) {
            let Ok(value) = std::str::from_utf8(&value) else {
                is_utf8 = false;
                continue;
            };
            let value = value.trim();
            match key.as_str() {
                "name" if metadata.package.is_none() && is_name(value) => {
                    metadata.package = Some(Package::pypi(value));
                }
                "version" if metadata.version.is_none() && !value.is_empty() => {
                    metadata.version = Some(value.to_owned());
                }
                "requires-python" => metadata.requires_python = Some(value.to_owned()),
                "requires-dist" => texts.push(value.to_owned()),
                _ => {}
            }
        }
        if !is_utf8 {
            metadata.problems.push("a field is not UTF-8".to_owned());
        }
        metadata.states_requirements = !texts.is_empty();
        metadata.add_requirements(&texts);
        metadata
    }

    /// Adds requirements, and one problem for all of them that cannot be read.
    pub(crate) fn add_requirements(&mut self, texts: &[String]) {
        let read = texts.iter().take(MOST_REQUIREMENTS);
        let parsed: Vec<_> = read.filter_map(|text| text.parse().ok()).collect();
        match texts.len() - parsed.len() {
            0 => {}
            1 => self
                .problems
                .push("a requirement cannot be read".to_owned()),
            count => self
                .problems
                .push(format!("{count} requirements cannot be read")),
        }
        self.requirements.extend(parsed);
    }
}

/// The requirements in a `requires.txt` of setuptools, as requirements by PEP 508.
pub fn requires_txt(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut condition = String::new();
    let mut requirements = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            condition = section_condition(section);
        } else if condition.is_empty() {
            requirements.push(line.to_owned());
        } else if let Some((requirement, marker)) = line.split_once(';') {
            requirements.push(format!("{requirement} ; ({marker}) and {condition}"));
        } else {
            requirements.push(format!("{line} ; {condition}"));
        }
    }
    requirements
}

/// `extra:marker` of a section, as a marker.
fn section_condition(section: &str) -> String {
    let (extra, marker) = section.split_once(':').unwrap_or((section, ""));
    let is_quotable = |text: &&str| !text.is_empty() && !text.contains(['"', '\'']);
    let extra = Some(extra.trim())
        .filter(is_quotable)
        .map(|extra| format!("extra == \"{extra}\""));
    let marker = Some(marker.trim())
        .filter(|marker| !marker.is_empty())
        .map(|marker| format!("({marker})"));
    let parts: BTreeSet<_> = extra.into_iter().chain(marker).collect();
    parts.into_iter().collect::<Vec<_>>().join(" and ")
}

fn is_name(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !text.is_empty() && text.chars().all(is_allowed)
}

/// The fields of the header in their order, their keys in lower case, and the description that follows it.
pub fn header_and_body(bytes: &[u8]) -> (Vec<(String, String)>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let header = fields(bytes).into_iter();
    let header = header.map(|(key, value)| (key, text(&value).trim().to_owned()));
    let whole = text(bytes);
    let body = whole.split_once("\n\n").map_or("", |(_, body)| body);
    (header.collect(), body.trim().to_owned())
}

/// The fields of the header, their keys in lower case, continued lines joined.
fn fields(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.split_first() {
            None => break,
            Some((b' ' | b'\t', rest)) => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(b' ');
                    value.extend_from_slice(rest.trim_ascii());
                }
            }
            Some(_) => {
                // As the parsers of mail do: the first line that is no field ends the header.
                let Some(colon) = line.iter().position(|&byte| byte == b':') else {
                    break;
                };
                let (key, value) = line.split_at(colon);
                let key = String::from_utf8_lossy(key).to_ascii_lowercase();
                fields.push((key, value.strip_prefix(b":").unwrap_or(value).to_vec()));
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let found = CoreMetadata::parse(bytes);
        let requirements: Vec<_> = found.requirements.iter().map(ToString::to_string).collect();
        let name = found.package.as_ref().map_or("-", Package::name);
        let version = found.version.as_deref().unwrap_or("-");
        let show = format!(
            "{name} {version} [{}] [{}]",
            requirements.join(", "),
            found.problems.join(", ")
        );
        assert_eq!(show, expect);
    }

    #[test]
    fn the_header_is_read_and_nothing_else() {
        check(
            b"Metadata-Version: 2.1\r\nName: Foo_Bar\r\nVersion: 1.0\r\nRequires-Dist: a >=1 ;\r\n  extra == 'x'\r\n\r\nName: no\n\xff",
            "foo-bar 1.0 [a>=1; extra == \"x\"] []",
        );
        check(
            b"Name: a\nAuthor: \xe9\nVersion: 1\n",
            "a 1 [] [a field is not UTF-8]",
        );
        check(
            b"Name: a\nRequires-Dist: ???\nRequires-Dist: b (>=1)\n",
            "a - [b>=1] [a requirement cannot be read]",
        );
        check(b"", "- - [] []");
        check(b"Name: ../../etc\nVersion:\n", "- - [] []");
    }

    #[test]
    fn requires_txt_becomes_requirements() {
        let text = b"a>=1\n\n[x]\nb\n\n[:python_version < '3']\nc\n\n[y:os_name == 'nt']\nd ; os_name == 'nt'\n";
        insta::assert_snapshot!(requires_txt(text).join("\n"), @r#"
        a>=1
        b ; extra == "x"
        c ; (python_version < '3')
        d  ; ( os_name == 'nt') and (os_name == 'nt') and extra == "y"
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            CoreMetadata::parse(&bytes);
            requires_txt(&bytes);
        }

        #[test]
        fn never_panics_on_fields(text in "((Name|Version|Requires-Dist): ?[a-z;=\" \\[\\]]{0,20}\r?\n){0,6}") {
            CoreMetadata::parse(text.as_bytes());
        }
    }
}
