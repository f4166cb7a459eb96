//! The versions that a requirement allows, also in the spelling that Poetry has for them.
//!
//! [Poetry](https://python-poetry.org/docs/dependency-specification/) adds alternatives (`||`), the caret and
//! the tilde to the specifiers of PEP 440, and takes a bare version for an exact one.

use bartizan_model::requirement::SpecifierSet;

/// Longer texts are refused; the longest honest ones have some hundred bytes.
const LONGEST: usize = 1 << 12;

/// Specifiers in alternatives, one of which must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::target) struct VersionRange(Vec<SpecifierSet>);

impl VersionRange {
    pub(in crate::target) fn of(specifiers: SpecifierSet) -> Self {
        Self(vec![specifiers])
    }

    /// Reads Poetry's spelling; `None` for what is no range.
    pub(in crate::target) fn of_poetry(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let alternatives = text.split('|').filter(|part| !part.trim().is_empty());
        alternatives
            .map(alternative)
            .collect::<Option<Vec<_>>>()
            .map(Self)
    }

    pub(in crate::target) fn contains(&self, version: &str) -> bool {
        self.0.iter().any(|specifiers| specifiers.contains(version))
    }

    /// The specifiers, where there are no alternatives.
    pub(in crate::target) fn single(&self) -> Option<&SpecifierSet> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The one version that it allows.
    pub(in crate::target) fn pinned(&self) -> Option<&str> {
        self.single()?.pinned()
    }
}

/// Terms that must all hold, with commas or spaces between them.
fn alternative(text: &str) -> Option<SpecifierSet> {
    let mut specifiers = Vec::new();
    let mut operator = "";
    for word in text.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        if word.bytes().all(|byte| b"<>=!~^".contains(&byte)) {
            operator = word;
            continue;
        }
        specifiers.push(term(&format!("{operator}{word}"))?);
        operator = "";
    }
    specifiers.retain(|term| !term.is_empty());
    specifiers.join(",").parse().ok()
}

/// A term as specifiers of PEP 440.
fn term(text: &str) -> Option<String> {
    let compatible = |version: &str, parts: usize| {
        let version = version.trim_start_matches('=');
        let next = next(version, parts)?;
        Some(format!(">={version},<{next}"))
    };
    if text == "*" {
        return Some(String::new());
    }
    if let Some(version) = text.strip_prefix('^') {
        return compatible(version, significant(version)?);
    }
    if let Some(version) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        return compatible(version, release(version)?.len().min(2));
    }
    if text.starts_with(['<', '>', '!', '~']) || text.starts_with("==") {
        return Some(text.to_owned());
    }
    let version = text.strip_prefix('=').unwrap_or(text);
    Some(format!(
        "=={}",
        version.strip_prefix('v').unwrap_or(version)
    ))
}

/// How many parts of a version a caret holds fast: those up to the first that is not 0.
fn significant(version: &str) -> Option<usize> {
    let release = release(version)?;
    let first = release.iter().position(|&part| part != 0);
    Some(first.map_or(release.len(), |place| place + 1))
}

/// The lowest version that differs in the first `parts` parts.
fn next(version: &str, parts: usize) -> Option<String> {
    let mut release = release(version)?;
    release.truncate(parts);
    let last = release.last_mut()?;
    *last = last.checked_add(1)?;
    let parts: Vec<_> = release.iter().map(u64::to_string).collect();
    Some(parts.join("."))
}

/// The numbers that a version begins with.
fn release(version: &str) -> Option<Vec<u64>> {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (digits, _) = version.split_at(end.unwrap_or(version.len()));
    let parts = digits.trim_end_matches('.').split('.');
    parts.map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let range = VersionRange::of_poetry(text);
        let found = range.map_or("-".to_owned(), |VersionRange(alternatives)| {
            let texts: Vec<_> = alternatives.iter().map(ToString::to_string).collect();
            texts.join(" | ")
        });
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn ranges_are_specifiers_of_pep_440() {
        for (text, expect) in [
            ("*", ""),
            ("1.2.3", "==1.2.3"),
            ("=1.2", "==1.2"),
            ("1.2.*", "==1.2.*"),
            (">= 1.2, <2", "<2,>=1.2"),
            (">=1.2 <2", "<2,>=1.2"),
            ("^1.2.3", "<2,>=1.2.3"),
            ("^0.2.3", "<0.3,>=0.2.3"),
            ("^0.0.3", "<0.0.4,>=0.0.3"),
            ("^0.0", "<0.1,>=0.0"),
            ("^0", "<1,>=0"),
            ("^2.0rc1", "<3,>=2.0rc1"),
            ("~1.2.3", "<1.3,>=1.2.3"),
            ("~1", "<2,>=1"),
            ("~=1.4.2", "~=1.4.2"),
            ("!=2.0", "!=2.0"),
            (">=1.21,<2.0 || >2.1", "<2.0,>=1.21 | >2.1"),
            ("^99999999999999999999", "-"),
            ("^x", "-"),
            ("latest!", "-"),
        ] {
            check(text, expect);
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9.*^~<>=!,| a-cv+]{0,30}") {
            if let Some(range) = VersionRange::of_poetry(&text) {
                range.contains("1.0");
            }
        }
    }
}
