//! A page of an ecosystem's standards: the front matter that says its number, and which projects endorse it.
//!
//! The repository of the SPECs keeps each in a folder of its own (`spec-0008/index.md`). Endorsed is what a project's
//! people state; whether it is adopted is a matter of checks and is not looked at here.

use bartizan_model::problem::Problem;
use serde_json::Value;
use thiserror::Error;

/// The largest page. Real ones have some tens of kilobytes.
pub const MAX_BYTES: u64 = 4 << 20;

/// How many projects one page names.
const MOST_PROJECTS: usize = 10_000;

/// A standard as its page states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standard {
    /// Its id: `spec-8`.
    pub id: String,
    /// Its title, without its number.
    pub title: String,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// The projects that endorse it, by the names that the page has for them, sorted.
    pub endorsed_by: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The page tells no standard.
#[derive(Debug, Error)]
pub enum StandardError {
    /// It is not text.
    #[error("not UTF-8")]
    NotText,
    /// It does not begin with front matter.
    #[error("no front matter between two lines of `---`")]
    NoFrontMatter,
    /// The front matter cannot be read.
    #[error("the front matter is not YAML: {0}")]
    Yaml(String),
    /// It states no number.
    #[error("no number is stated")]
    NoNumber,
}

/// Reads the page of a standard. `path` is where it stands, for problems.
pub fn read(path: &str, bytes: &[u8]) -> Result<Standard, StandardError> {
    let text = std::str::from_utf8(bytes).map_err(|_not_text| StandardError::NotText)?;
    let front = front_matter(text).ok_or(StandardError::NoFrontMatter)?;
    let front =
        crate::yaml::parse(front).map_err(|error| StandardError::Yaml(error.to_string()))?;
    let number = front.get("number").map(shown);
    let number = number.and_then(|text| text.trim().parse::<u32>().ok());
    let number = number.ok_or(StandardError::NoNumber)?;
    let mut standard = Standard {
        id: format!("spec-{number}"),
        title: front.get("title").map(shown).map(title).unwrap_or_default(),
        is_draft: front.get("is-draft").map(shown).as_deref() == Some("true"),
        ..Standard::default()
    };
    match front.get("endorsed-by") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) if text.is_empty() => {}
        Some(Value::Array(names)) => {
            let names = names.iter().take(MOST_PROJECTS);
            standard.endorsed_by = names.filter_map(Value::as_str).map(str::to_owned).collect();
        }
        Some(_) => {
            let problem = Problem::new(path, "`endorsed-by` is no list of names");
            standard.problems.push(problem);
        }
    }
    standard.endorsed_by.sort();
    standard.endorsed_by.dedup();
    Ok(standard)
}

/// The text between the first line, which is `---`, and the next such line.
fn front_matter(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---")?.trim_start_matches([' ', '\r']);
    let rest = rest.strip_prefix('\n')?;
    let end = rest.find("\n---")?;
    rest.get(..end)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `SPEC 8 — Securing the Release Process` is titled `Securing the Release Process`.
fn title(text: String) -> String {
    let after = text.strip_prefix("SPEC").and_then(|rest| {
        let rest = rest
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = rest.trim_start();
        rest.strip_prefix(['—', '–', '-', ':'])
    });
    after.map_or(text.clone(), |after| after.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match read("spec-0001/index.md", text.as_bytes()) {
            Ok(Standard {
                id,
                title,
                is_draft,
                endorsed_by,
                problems,
            }) => {
                format!(
                    "{id} {title:?} draft {is_draft} {endorsed_by:?} {}",
                    problems.len()
                )
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn front_matter_is_read_and_the_page_is_not() {
        insta::assert_snapshot!(check("---\ntitle: \"SPEC 8 — Securing the Release\"\nnumber: 8\nauthor:\n  - \"A <a@example.org>\"\nendorsed-by:\n  - zarr\n  - numpy\n  - numpy\n---\n\n# x\n---\nnumber: 9\n"), @r#"spec-8 "Securing the Release" draft false ["numpy", "zarr"] 0"#);
        insta::assert_snapshot!(check("---\ntitle: Accessibility\nnumber: 3\nis-draft: true\nendorsed-by:\n---\n"), @r#"spec-3 "Accessibility" draft true [] 0"#);
        insta::assert_snapshot!(check("---\nnumber: 3\nendorsed-by:\n  a: b\n---\n"), @r#"spec-3 "" draft false [] 1"#);
        insta::assert_snapshot!(check("---\ntitle: x\n---\n"), @"no number is stated");
        insta::assert_snapshot!(check("# no\n"), @"no front matter between two lines of `---`");
        insta::assert_snapshot!(check("---\n[\n---\n").starts_with("the front matter is not YAML"), @"true");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}", name in "\\PC{0,20}") {
            check(&text);
            check(&format!("---\nnumber: 1\ntitle: {text}\nendorsed-by:\n  - {name}\n---\n"));
        }
    }
}
