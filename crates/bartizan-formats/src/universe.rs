//! A universe file: the releases of packages and what they ask for, for planning upgrades without an index.
//!
//! The shape is Bartizan's own and has a version:
//!
//! ```json
//! {
//!   "bartizan_universe": 1,
//!   "packages": {
//!     "numpy": {
//!       "1.26.4": {
//!         "requires_python": ">=3.9",
//!         "requires": [],
//!         "yanked": false,
//!         "uploaded": "2024-02-05T23:00:00Z",
//!         "has_file": true
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! Every field of a release may be missing. Without `requires`, what the release asks for is unknown, which is
//! not the same as the empty list. `has_file` tells whether it can be installed on the platform that the file
//! was made for, and is true where it is missing.

use std::collections::BTreeMap;

use bartizan_model::{
    ecosystem::Package,
    problem::Problem,
    release::{Metadata, Release, ReleaseTable},
};
use serde::Deserialize;
use thiserror::Error;

/// The version of the shape that this reader knows.
pub const VERSION: u64 = 1;

/// A longer file is refused. A universe of ten thousand releases with twenty requirements each has ten megabytes.
pub const MAX_BYTES: usize = 64 << 20;

/// How many releases of one package are read.
const MOST_RELEASES: usize = 10_000;

/// How many requirements of one release are read.
const MOST_REQUIREMENTS: usize = 2_000;

/// How many problems are kept.
const MOST_PROBLEMS: usize = 1_000;

/// A universe file, and what could not be read of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Universe {
    /// The releases.
    pub table: ReleaseTable,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The file is no universe.
#[derive(Debug, Error)]
pub enum UniverseFileError {
    /// It is longer than anybody's.
    #[error("a universe file of {0} bytes is longer than the limit of {MAX_BYTES}")]
    TooLong(usize),
    /// It is not JSON of this shape.
    #[error("not a universe file")]
    Shape(#[source] serde_json::Error),
    /// It was written for another version of Bartizan.
    #[error("a universe file of version {0}, where version {VERSION} is known")]
    Version(u64),
}

#[derive(Deserialize)]
struct Written {
    bartizan_universe: u64,
    #[serde(default)]
    packages: BTreeMap<String, BTreeMap<String, WrittenRelease>>,
}

#[derive(Deserialize)]
struct WrittenRelease {
    requires_python: Option<String>,
    requires: Option<Vec<String>>,
    #[serde(default)]
    yanked: bool,
    uploaded: Option<String>,
    #[serde(default = "is_there")]
    has_file: bool,
}

fn is_there() -> bool {
    true
}

/// Reads a universe file.
pub fn read(bytes: &[u8]) -> Result<Universe, UniverseFileError> {
    if bytes.len() > MAX_BYTES {
        return Err(UniverseFileError::TooLong(bytes.len()));
    }
    let written: Written = serde_json::from_slice(bytes).map_err(UniverseFileError::Shape)?;
    if written.bartizan_universe != VERSION {
        return Err(UniverseFileError::Version(written.bartizan_universe));
    }
    let mut universe = Universe::default();
    for (name, releases) in written.packages {
        universe.package(&name, releases);
    }
    Ok(universe)
}

impl Universe {
    fn package(&mut self, name: &str, releases: BTreeMap<String, WrittenRelease>) {
        if releases.len() > MOST_RELEASES {
            let message = format!("more than {MOST_RELEASES} releases; the rest is not read");
            self.problem(name, message);
        }
        let mut read = Vec::new();
        for (version, written) in releases.into_iter().take(MOST_RELEASES) {
            let metadata = self.metadata(&format!("{name} {version}"), written.requires);
            let uploaded = written.uploaded.and_then(|text| {
                let time = text.parse().ok();
                if time.is_none() {
                    self.problem(name, format!("`{text}` is not a time"));
                }
                time
            });
            let release = Release {
                requires_python: written.requires_python,
                uploaded,
                is_yanked: written.yanked,
                has_file: written.has_file,
                ..Release::new(version)
            };
            read.push((release, metadata));
        }
        let package = Package::pypi(name);
        self.table.packages.entry(package).or_default().extend(read);
    }

    /// A release with a requirement that cannot be read is one whose requirements are unknown.
    fn metadata(&mut self, subject: &str, requires: Option<Vec<String>>) -> Metadata {
        let Some(requires) = requires else {
            return Metadata::Unknown("the universe file does not state its requirements".into());
        };
        if requires.len() > MOST_REQUIREMENTS {
            return Metadata::Unknown(format!("it has more than {MOST_REQUIREMENTS} requirements"));
        }
        let parsed: Result<_, _> = requires.iter().map(|text| text.parse()).collect();
        match parsed {
            Ok(requirements) => Metadata::Known(requirements),
            Err(error) => {
                let error: bartizan_model::requirement::RequirementError = error;
                self.problem(subject, error.to_string());
                Metadata::Unknown(error.to_string())
            }
        }
    }

    fn problem(&mut self, subject: &str, message: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem::new(subject, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let universe = match read(text.as_bytes()) {
            Ok(universe) => universe,
            Err(error) => return format!("error: {error}"),
        };
        let mut lines = Vec::new();
        for (package, releases) in &universe.table.packages {
            for (release, metadata) in releases {
                let metadata = match metadata {
                    Metadata::Known(requirements) => {
                        let texts: Vec<_> = requirements.iter().map(ToString::to_string).collect();
                        format!("[{}]", texts.join(" "))
                    }
                    Metadata::Unknown(reason) => reason.clone(),
                };
                let flags = (release.is_yanked, release.has_file, release.uploaded);
                lines.push(format!(
                    "{package} {} {flags:?} {metadata}",
                    release.version
                ));
            }
        }
        let problems = universe.problems.iter();
        lines.extend(problems.map(|problem| format!("{}: {}", problem.subject, problem.message)));
        lines.join("\n")
    }

    #[test]
    fn what_is_missing_has_its_meaning() {
        assert_snapshot!(check(r#"{"bartizan_universe": 1, "packages": {"A_b": {
            "1.0": {"requires": ["B<2; extra == 'x'"], "yanked": true, "uploaded": "2024-01-01T00:00:00Z"},
            "2.0": {"has_file": false, "uploaded": "yesterday"},
            "3.0": {"requires": ["!"]}}}}"#), @r#"
        a-b 1.0 (true, true, Some(2024-01-01T00:00:00Z)) [b<2; extra == "x"]
        a-b 2.0 (false, false, None) the universe file does not state its requirements
        a-b 3.0 (false, true, None) requirement `!`: expected the name of a package after 0 bytes
        A_b: `yesterday` is not a time
        A_b 3.0: requirement `!`: expected the name of a package after 0 bytes
        "#);
    }

    #[test]
    fn another_version_and_another_shape_are_refused() {
        assert_snapshot!(check(r#"{"bartizan_universe": 2}"#), @"error: a universe file of version 2, where version 1 is known");
        assert_snapshot!(check(r#"{"packages": {}}"#), @"error: not a universe file");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_fields_are_read_or_refused(name in ".{0,5}", version in ".{0,5}", requires in ".{0,9}") {
            let text = serde_json::json!({"bartizan_universe": 1, "packages": {name: {version: {"requires": [requires]}}}});
            prop_assert!(read(text.to_string().as_bytes()).is_ok());
        }
    }
}
