//! What bills of materials inside an artifact say about it: names and versions, whether or not they can be looked up.

use std::path::Path;

use bartizan_model::{problem::Problem, purl::Purl};

use super::{Bill, Element, shortened};
use crate::{
    json::{Document, JsonError},
    target::{TargetError, cyclonedx, spdx},
};

/// The most things that a bill may state. Bills of whole images have some ten thousand.
pub(super) const MOST_STATEMENTS: usize = 250_000;

/// One thing that a bill says is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<Purl>,
    /// What the bill's links call it. Some generators write the package URL here and nowhere else.
    pub id: Option<String>,
    /// Whether it is what the bill is about.
    pub is_subject: bool,
    /// The line in which it stands, from 1.
    pub line: usize,
}

/// What a bill says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements {
    /// One by one, in the order of the bill.
    pub all: Vec<Statement>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Statement {
    pub(super) fn of(element: &Element<'_>, is_subject: bool) -> Option<Self> {
        let purl: Option<Purl> = element.purl.as_ref().and_then(|text| text.parse().ok());
        let by_purl = || Some(purl.as_ref()?.name().to_owned());
        let is_asserted = |version: &&str| *version != "NOASSERTION";
        let version = element.version.as_deref().filter(is_asserted);
        let version = version.or_else(|| purl.as_ref()?.version()).map(shortened);
        Some(Self {
            name: element.name.as_deref().map(shortened).or_else(by_purl)?,
            version,
            id: element.id.as_deref().map(shortened),
            purl,
            is_subject,
            line: element.line,
        })
    }
}

/// What a bill in `CycloneDX` or SPDX JSON says. `path` is for messages.
pub fn statements(path: &Path, bytes: &[u8]) -> Result<Statements, TargetError> {
    let json = |cause| TargetError::Json {
        path: path.to_owned(),
        cause,
    };
    let text = std::str::from_utf8(bytes).map_err(|_not_text| json(JsonError::NotText))?;
    let document = Document::new(text.strip_prefix('\u{feff}').unwrap_or(text));
    let root = document.root().map_err(json)?;
    let is_cyclonedx = root
        .field("bomFormat")
        .and_then(crate::json::Json::text)
        .is_some_and(|format| format == "CycloneDX");
    let mut bill: Bill<'_> = if is_cyclonedx {
        cyclonedx::bill(path, &document, root)?
    } else {
        spdx::bill(path, &document, root)?
    };
    let all = std::mem::take(&mut bill.statements);
    if all.len() > MOST_STATEMENTS {
        return Err(TargetError::TooMany {
            path: path.to_owned(),
            most: MOST_STATEMENTS,
        });
    }
    let problems = bill.notes.problems(path);
    Ok(Statements { all, problems })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match statements(Path::new("bom.json"), text.as_bytes()) {
            Ok(found) => {
                let show = |it: &Statement| {
                    let version = it.version.as_deref().unwrap_or("-");
                    let purl = it.purl.as_ref().map_or("-".to_owned(), ToString::to_string);
                    let subject = if it.is_subject { " (subject)" } else { "" };
                    let id = it.id.as_deref().unwrap_or("-");
                    format!("{}: {} {version} {purl} {id}{subject}", it.line, it.name)
                };
                let problems = found.problems.iter().map(|it| format!("! {}", it.message));
                let all: Vec<_> = found.all.iter().map(show).chain(problems).collect();
                all.join("\n")
            }
            Err(error) => format!("!! {}", error.describe()),
        }
    }

    #[test]
    fn a_bill_of_more_than_anybody_has_is_refused() {
        let bill = |count: usize| {
            let all = vec![r#"{"name":"x"}"#; count].join(",");
            check(&format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.7", "components": [{all}]}}"#
            ))
        };
        assert!(bill(MOST_STATEMENTS).starts_with("1: x"));
        insta::assert_snapshot!(bill(MOST_STATEMENTS + 1), @"!! `bom.json` states more than 250000 components");
    }

    #[test]
    fn a_bill_states_also_what_cannot_be_looked_up() {
        insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.7",
            "metadata": {"component": {"name": "lab", "version": "1", "purl": "pkg:pypi/lab@1"}},
            "components": [{"bom-ref": "pkg:generic/libwebp", "name": "libwebp", "version": "1.6.0"},
            {"name": "x", "purl": "pkg:generic/x@2"}, {"name": "y"}, {"type": "file", "name": "z"}]}"#), @r"
        2: lab 1 pkg:pypi/lab@1 - (subject)
        3: libwebp 1.6.0 - pkg:generic/libwebp
        4: x 2 pkg:generic/x@2 -
        4: y - - -
        ");
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-2.2", "packages": [
            {"SPDXID": "SPDXRef-port", "name": "gdal", "versionInfo": "3.10.3"},
            {"SPDXID": "SPDXRef-binary", "name": "gdal:x64", "versionInfo": "NOASSERTION"}],
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-port"}]}"#), @r"
        2: gdal 3.10.3 - SPDXRef-port (subject)
        3: gdal:x64 - - SPDXRef-binary
        ");
        insta::assert_snapshot!(check("{}"), @"!! `bom.json` states no version of its format; only SPDX-2.2, SPDX-2.3, 3.0 is known");
        insta::assert_snapshot!(check("pkg"), @"!! cannot read `bom.json`: not valid JSON: expected value at line 1 column 1");
    }
}
