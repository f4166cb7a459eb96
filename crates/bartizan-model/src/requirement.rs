//! Requirements by [PEP 508](https://peps.python.org/pep-0508/), read as the `packaging` library reads them.

mod specifier;

use std::{fmt, str::FromStr};

use crate::{
    ecosystem::Package,
    marker::{Marker, MarkerError, parse_alternatives},
    scanner::{Scanner, excerpt, is_python_space, is_word_character},
};

pub use specifier::{Operator, Specifier, SpecifierError, SpecifierSet};

/// A requirement: `name[extra]>=1 ; marker` or `name @ url ; marker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The package.
    pub package: Package,
    /// The extras asked for, normalised, sorted.
    pub extras: Vec<String>,
    /// The versions allowed, or where to get it.
    pub source: RequirementSource,
    /// When it applies.
    pub marker: Option<Marker>,
}

/// Which versions, or from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementSource {
    /// Version specifiers; empty allows all.
    Specifiers(SpecifierSet),
    /// A direct reference.
    Url(String),
}

/// The text is not a requirement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// It breaks the grammar.
    #[error("requirement `{text}`: expected {expected} after {position} bytes")]
    Syntax {
        /// What would be right.
        expected: &'static str,
        /// Where it goes wrong.
        position: usize,
        /// The beginning of the text.
        text: String,
    },
    /// Its versions cannot be read.
    #[error("requirement `{text}` has a bad version specifier")]
    Specifier {
        /// The beginning of the text.
        text: String,
        /// What is wrong with the specifiers.
        #[source]
        source: SpecifierError,
    },
    /// Its marker cannot be read.
    #[error("requirement `{text}` has a bad marker")]
    Marker {
        /// The beginning of the text.
        text: String,
        /// What is wrong with the marker.
        #[source]
        source: MarkerError,
    },
    /// Nobody writes a requirement of this length.
    #[error("a requirement of {0} bytes is longer than the limit of {limit}", limit = Requirement::MAX_LENGTH)]
    TooLong(usize),
}

impl Requirement {
    /// Longer texts are refused.
    pub const MAX_LENGTH: usize = 1 << 18;

    /// The version specifiers, where it is not a direct reference.
    pub fn specifiers(&self) -> Option<&SpecifierSet> {
        match &self.source {
            RequirementSource::Specifiers(specifiers) => Some(specifiers),
            RequirementSource::Url(_) => None,
        }
    }
}

impl FromStr for Requirement {
    type Err = RequirementError;

    fn from_str(text: &str) -> Result<Self, RequirementError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(RequirementError::TooLong(text.len()));
        }
        let mut scanner = Scanner::new(text);
        scanner.skip_blanks();
        let name =
            read_name(&mut scanner).ok_or_else(|| expected("the name of a package", &scanner))?;
        scanner.skip_blanks();
        let extras = read_extras(&mut scanner)?;
        scanner.skip_blanks();
        let source = if scanner.eat("@") {
            RequirementSource::Url(read_url(&mut scanner)?)
        } else {
            RequirementSource::Specifiers(read_specifiers(&mut scanner)?)
        };
        let marker = read_marker(&mut scanner)?;
        Ok(Self {
            package: Package::pypi(name),
            extras,
            source,
            marker,
        })
    }
}

fn expected(expected: &'static str, scanner: &Scanner<'_>) -> RequirementError {
    RequirementError::Syntax {
        expected,
        position: scanner.position(),
        text: excerpt(scanner.text()),
    }
}

/// Letters, digits, `.`, `-` and `_`, a letter or digit first and neither `.` nor `-` last.
fn read_name<'a>(scanner: &mut Scanner<'a>) -> Option<&'a str> {
    let mut ahead = *scanner;
    let name = ahead.take_ascii_while(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
    });
    let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !name.ends_with(['.', '-'])
        && !ahead.peek().is_some_and(is_word_character);
    is_name.then(|| {
        *scanner = ahead;
        name
    })
}

fn read_extras(scanner: &mut Scanner<'_>) -> Result<Vec<String>, RequirementError> {
    let mut extras = Vec::new();
    if !scanner.eat("[") {
        return Ok(extras);
    }
    scanner.skip_blanks();
    while !scanner.eat("]") {
        if !extras.is_empty() {
            if !scanner.eat(",") {
                return Err(expected("`,` or `]` after an extra", scanner));
            }
            scanner.skip_blanks();
        }
        let extra = read_name(scanner).ok_or_else(|| expected("the name of an extra", scanner))?;
        extras.push(Package::pypi(extra).name().to_owned());
        scanner.skip_blanks();
    }
    extras.sort();
    extras.dedup();
    Ok(extras)
}

fn read_url(scanner: &mut Scanner<'_>) -> Result<String, RequirementError> {
    scanner.skip_blanks();
    let url = scanner.take_while(|character| !is_python_space(character));
    if url.is_empty() {
        return Err(expected("an address after `@`", scanner));
    }
    Ok(url.to_owned())
}

fn read_specifiers(scanner: &mut Scanner<'_>) -> Result<SpecifierSet, RequirementError> {
    let is_enclosed = scanner.eat("(");
    scanner.skip_blanks();
    let mut specifiers = String::new();
    while let Some((operator, _)) = Operator::split(scanner.rest()) {
        scanner.eat(operator.as_str());
        specifiers.push_str(operator.as_str());
        // The space stays: without it, `> =1` would become `>=1`.
        specifiers.push_str(scanner.take_while(is_python_space));
        specifiers.push_str(scanner.take_while(|character| {
            !is_python_space(character) && !matches!(character, ';' | ')' | ',')
        }));
        scanner.skip_blanks();
        if !scanner.eat(",") {
            break;
        }
        specifiers.push(',');
        scanner.skip_blanks();
    }
    if is_enclosed && !scanner.eat(")") {
        return Err(expected("`,` or `)` after the version specifiers", scanner));
    }
    scanner.skip_blanks();
    specifiers
        .parse()
        .map_err(|source| RequirementError::Specifier {
            text: excerpt(scanner.text()),
            source,
        })
}

fn read_marker(scanner: &mut Scanner<'_>) -> Result<Option<Marker>, RequirementError> {
    scanner.skip_blanks();
    if scanner.is_at_end() {
        return Ok(None);
    }
    if !scanner.eat(";") {
        return Err(expected(
            "a version specifier, `;` and a marker, or the end",
            scanner,
        ));
    }
    let alternatives = parse_alternatives(scanner).map_err(|source| RequirementError::Marker {
        text: excerpt(scanner.text()),
        source,
    })?;
    if !scanner.is_at_end() {
        return Err(expected("`and`, `or` or the end of the marker", scanner));
    }
    Ok(Some(Marker::of_alternatives(alternatives)))
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.package.name())?;
        if !self.extras.is_empty() {
            write!(f, "[{}]", self.extras.join(","))?;
        }
        let blank = match &self.source {
            RequirementSource::Specifiers(specifiers) => {
                write!(f, "{specifiers}")?;
                ""
            }
            RequirementSource::Url(url) => {
                write!(f, " @ {url}")?;
                // Without the blank, the semicolon would belong to the address.
                " "
            }
        };
        match &self.marker {
            Some(marker) => write!(f, "{blank}; {marker}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let printed = match text.parse::<Requirement>() {
            Ok(requirement) => requirement.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(printed, expect, "{text}");
    }

    #[test]
    fn every_part_is_read() {
        check("NumPy", "numpy");
        check(
            " a_b . c",
            "error: requirement ` a_b . c`: expected a version specifier, `;` and a marker, or the end after 5 bytes",
        );
        check(
            "zope.interface [Test_x, b,b] (>=1, <2) ; os.name=='nt'",
            "zope-interface[b,test-x]<2,>=1; os_name == \"nt\"",
        );
        check("a[]>=1,", "a>=1");
        check("a()", "a");
        check("a===1.0-odd", "a===1.0-odd");
        check("a === 1.0, <2", "a<2,===1.0");
        check("a(===odd,==1)", "a==1,===odd");
        check(
            "a===,<2",
            "error: requirement `a===,<2` has a bad version specifier",
        );
        check(
            "a @ https://x/y;z ;extra=='b'",
            "a @ https://x/y;z ; extra == \"b\"",
        );
        check("a@./b", "a @ ./b");
    }

    #[test]
    fn errors_say_where_it_goes_wrong() {
        check(
            "",
            "error: requirement ``: expected the name of a package after 0 bytes",
        );
        check(
            "-a",
            "error: requirement `-a`: expected the name of a package after 0 bytes",
        );
        check(
            "a[b",
            "error: requirement `a[b`: expected `,` or `]` after an extra after 3 bytes",
        );
        check(
            "a[b,]",
            "error: requirement `a[b,]`: expected the name of an extra after 4 bytes",
        );
        check(
            "a @ ",
            "error: requirement `a @ `: expected an address after `@` after 4 bytes",
        );
        check(
            "a (>=1",
            "error: requirement `a (>=1`: expected `,` or `)` after the version specifiers after 6 bytes",
        );
        check(
            "a>=1 >=2",
            "error: requirement `a>=1 >=2`: expected a version specifier, `;` and a marker, or the end after 5 bytes",
        );
        check(
            "a>=x",
            "error: requirement `a>=x` has a bad version specifier",
        );
        check("a; x", "error: requirement `a; x` has a bad marker");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Requirement>();
        }

        #[test]
        fn print_then_parse_is_identity(
            text in "[a-zA-Z0-9]{1,3}(_[a-z])? ?(\\[[a-c](, ?[a-c-]{1,2})?\\])? ?(@ [a-z:/;]{1,6} |(===?|>=|<|~=) ?[0-9](\\.[0-9a*]){0,2},?)?(; ?extra == '[a-c._-]{0,3}')?"
        ) {
            let Ok(requirement) = text.parse::<Requirement>() else { return Ok(()) };
            prop_assert_eq!(requirement.to_string().parse::<Requirement>(), Ok(requirement));
        }
    }
}
