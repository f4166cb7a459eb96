//! Licences as metadata of Python packages state them, as SPDX expressions where they are some.
//!
//! A text that is no expression stays a name: which licence is meant by "BSD" is for nobody to guess.

use spdx::Expression;

/// A licence that somebody stated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// An [SPDX expression](https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/).
    Expression(String),
    /// Words that are none.
    Name(String),
}

/// The longest text that is kept as a name; some projects write the whole licence there.
const LONGEST_NAME: usize = 120;

/// Classifiers that say exactly one licence. Those that do not say which version or variant are left out.
const CLASSIFIERS: &[(&str, &str)] = &[
    ("MIT License", "MIT"),
    ("MIT No Attribution License (MIT-0)", "MIT-0"),
    ("Apache Software License", "Apache-2.0"),
    ("ISC License (ISCL)", "ISC"),
    ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    ("Python Software Foundation License", "PSF-2.0"),
    ("zlib/libpng License", "Zlib"),
    ("The Unlicense (Unlicense)", "Unlicense"),
    ("Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"),
    ("GNU General Public License v2 (GPLv2)", "GPL-2.0-only"),
    (
        "GNU General Public License v2 or later (GPLv2+)",
        "GPL-2.0-or-later",
    ),
    ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
    (
        "GNU General Public License v3 or later (GPLv3+)",
        "GPL-3.0-or-later",
    ),
    (
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
        "LGPL-2.0-or-later",
    ),
    (
        "GNU Lesser General Public License v3 (LGPLv3)",
        "LGPL-3.0-only",
    ),
    (
        "GNU Lesser General Public License v3 or later (LGPLv3+)",
        "LGPL-3.0-or-later",
    ),
];

impl Licence {
    /// From the fields `License-Expression` and `License` and the classifiers of metadata, the first that says something.
    pub fn of_metadata(
        expression: Option<&str>,
        text: Option<&str>,
        classifiers: &[String],
    ) -> Option<Self> {
        if let Some(expression) = expression.and_then(expression_of) {
            return Some(Self::Expression(expression));
        }
        if let Some(expression) = text.and_then(expression_of) {
            return Some(Self::Expression(expression));
        }
        let known = classifiers.iter().filter_map(|it| {
            let last = it.strip_prefix("License ::")?.rsplit("::").next()?.trim();
            CLASSIFIERS
                .iter()
                .find(|(name, _)| *name == last)
                .map(|(_, id)| *id)
        });
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        known.dedup();
        // Whether several mean "and" or "or" is not said.
        if let [only] = known.as_slice() {
            return Some(Self::Expression((*only).to_owned()));
        }
        let name = expression.or(text)?.lines().next()?.trim();
        let is_name = !name.is_empty() && name.len() <= LONGEST_NAME && name != "UNKNOWN";
        is_name.then(|| Self::Name(name.to_owned()))
    }
}

/// The text, if it is an expression.
fn expression_of(text: &str) -> Option<String> {
    let text = text.trim();
    let is_short = (1..=1_000).contains(&text.len());
    (is_short && Expression::parse(text).is_ok()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: Option<&str>, text: Option<&str>, classifiers: &[&str]) -> String {
        let classifiers: Vec<String> = classifiers.iter().map(|it| (*it).to_owned()).collect();
        match Licence::of_metadata(expression, text, &classifiers) {
            Some(Licence::Expression(it)) => it,
            Some(Licence::Name(it)) => format!("\"{it}\""),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn expressions_are_told_from_words() {
        assert_eq!(
            check(Some("BSD-3-Clause AND MIT"), Some("x"), &[]),
            "BSD-3-Clause AND MIT"
        );
        assert_eq!(
            check(None, Some("Apache-2.0 OR BSD-2-Clause"), &[]),
            "Apache-2.0 OR BSD-2-Clause"
        );
        assert_eq!(check(None, Some("BSD"), &[]), "\"BSD\"");
        assert_eq!(
            check(
                None,
                Some("BSD"),
                &["License :: OSI Approved :: MIT License"]
            ),
            "MIT"
        );
        assert_eq!(
            check(None, None, &["License :: OSI Approved :: BSD License"]),
            "-"
        );
        let two = [
            "License :: OSI Approved :: MIT License",
            "License :: OSI Approved :: Apache Software License",
        ];
        assert_eq!(check(None, None, &two), "-");
        assert_eq!(check(None, Some("UNKNOWN"), &[]), "-");
        assert_eq!(
            check(Some("LicenseRef-lab AND MIT"), None, &[]),
            "LicenseRef-lab AND MIT"
        );
    }
}
