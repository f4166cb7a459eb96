//! The file of an ecosystem: its projects, cohorts, milestones and schedules, as TOML.
//!
//! ```toml
//! [ecosystem]
//! title = "Scientific Python"
//! summary = "…"
//! standards = "https://example.org/standards"
//!
//! [[project]]
//! name = "numpy"
//! title = "NumPy"
//! repositories = ["https://example.org/numpy"]
//! release-repositories = []
//! packages = ["numpy"]            # of the Python package index; others as ECOSYSTEM/NAME
//! conda = ["numpy"]
//! teams = "https://example.org/teams"
//! endorses-as = "numpy"           # its name in the standards' lists, where that is another
//! release-workflow = "wheels.yml" # the file that describes how releases are built
//! release-environment = "pypi"    # the environment in which they are published
//!
//! [[cohort]]
//! name = "core"
//! title = "Core projects"
//! summary = "…"
//! stack = false
//! projects = ["numpy"]
//!
//! [[milestone]]
//! name = "signing"
//! title = "Releases are signed"
//! measure = "attested-latest-release"
//! cohort = "core"
//! targets = [{ value = 15, shown = "all", by = "first year" }]
//! needs = "an index that serves provenance"
//!
//! [[schedule]]
//! job = "assess"
//! every = "daily"
//! ```
//!
//! An entry that is wrong is a problem, and the others still stand. Weights of risk are another file
//! (`docs/risk.md`): what scans read each time must not grow with the number of projects.

mod entry;
mod publisher;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    problem::Problem,
    profile::{Profile, Repository},
};
use serde::de::DeserializeOwned;
use thiserror::Error;

pub use publisher::{Publisher, ReleaseBuild};

/// A longer file is refused. Ten thousand projects take about four megabytes.
pub const MAX_BYTES: usize = 16 << 20;

/// How many projects are read.
pub const MOST_PROJECTS: usize = 20_000;

/// How many cohorts, milestones and schedules are read, of each.
const MOST_ENTRIES: usize = 1_000;

/// How many problems are kept.
const MOST_PROBLEMS: usize = 1_000;

/// A profile, and what could not be read of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProfileFile {
    /// The profile.
    pub profile: Profile,
    /// How the releases of projects are built, by the name of the project, where that is stated.
    pub builds: BTreeMap<String, ReleaseBuild>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The file is no profile.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// It is longer than anybody's.
    #[error("a profile of {0} bytes is longer than the limit of {MAX_BYTES}")]
    TooLong(usize),
    /// It is not text.
    #[error("not UTF-8")]
    NotText,
    /// It is not TOML.
    #[error("not TOML")]
    Toml(#[source] toml::de::Error),
    /// It is TOML of another kind.
    #[error("no table `[ecosystem]`, with which a profile of projects begins")]
    NoEcosystem,
}

/// Reads a profile. Its name is that of its file, which the caller knows.
pub fn read(name: &str, bytes: &[u8]) -> Result<ProfileFile, ProfileError> {
    if bytes.len() > MAX_BYTES {
        return Err(ProfileError::TooLong(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_not_text| ProfileError::NotText)?;
    let mut table: toml::Table = text.parse().map_err(ProfileError::Toml)?;
    let head = table.remove("ecosystem").ok_or(ProfileError::NoEcosystem)?;
    let mut reading = Reading::default();
    let head: entry::Ecosystem = reading.one("ecosystem", head).unwrap_or_default();
    let standards = head
        .standards
        .filter(|url| reading.is_address("ecosystem", url));
    let mut profile = Profile {
        name: name.to_owned(),
        title: head.title,
        summary: head.summary,
        standards: standards.map(|url| Repository {
            url,
            is_release: false,
        }),
        ..Profile::default()
    };
    reading.projects(&mut profile, &mut table);
    reading.cohorts(&mut profile, &mut table);
    reading.milestones(&mut profile, &mut table);
    reading.schedules(&mut profile, &mut table);
    for key in table.keys() {
        reading.problem(key, "is no table of a profile");
    }
    Ok(ProfileFile {
        profile,
        builds: reading.builds,
        problems: reading.problems,
    })
}

/// What is noted while a profile is read.
#[derive(Default)]
struct Reading {
    builds: BTreeMap<String, ReleaseBuild>,
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, subject: &str, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            let subject: String = subject.chars().take(100).collect();
            self.problems.push(Problem::new(subject, message));
        }
    }

    /// One entry as what it should be.
    fn one<T: DeserializeOwned>(&mut self, subject: &str, value: toml::Value) -> Option<T> {
        match value.try_into() {
            Ok(entry) => Some(entry),
            Err(error) => {
                let error: toml::de::Error = error;
                self.problem(subject, error.message());
                None
            }
        }
    }

    /// The entries of an array of tables.
    fn all<T: DeserializeOwned>(
        &mut self,
        table: &mut toml::Table,
        key: &str,
        most: usize,
    ) -> Vec<T> {
        let entries = match table.remove(key) {
            None => return Vec::new(),
            Some(toml::Value::Array(entries)) => entries,
            Some(_) => {
                self.problem(key, format!("is written as `[[{key}]]`"));
                return Vec::new();
            }
        };
        if entries.len() > most {
            self.problem(key, format!("more than {most}; the rest is not read"));
        }
        let named = entries.into_iter().take(most).enumerate();
        named
            .filter_map(|(place, value)| {
                let name = value.get("name").or_else(|| value.get("job"));
                let name = name.and_then(toml::Value::as_str);
                let number = (place + 1).to_string();
                self.one(&format!("{key} {}", name.unwrap_or(&number)), value)
            })
            .collect()
    }

    /// Whether a name can be one, and is the first of its kind.
    fn is_new(&mut self, kind: &str, name: &str, seen: &mut BTreeSet<String>) -> bool {
        if !is_id(name) {
            let rule = "a name is lower-case letters, digits and `-`, at most 64";
            self.problem(&format!("{kind} {name}"), rule);
            return false;
        }
        let is_new = seen.insert(name.to_owned());
        if !is_new {
            self.problem(&format!("{kind} {name}"), "stands twice; the first counts");
        }
        is_new
    }

    /// Whether an address is one that anybody could clone from or look at.
    fn is_address(&mut self, subject: &str, url: &str) -> bool {
        let is_address = url.len() <= 500
            && url
                .strip_prefix("https://")
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
            && url.chars().all(|c| c.is_ascii_graphic() && c != '@');
        if !is_address {
            self.problem(subject, "an address begins with `https://` and has no user");
        }
        is_address
    }
}

fn is_id(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&name.len()) && !name.starts_with('-') && name.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let file = match read("lab", text.as_bytes()) {
            Ok(file) => file,
            Err(error) => return error.to_string(),
        };
        let profile = file.profile;
        let mut shown = format!("{}: {}\n", profile.name, profile.title);
        for project in &profile.projects {
            let repositories = project.repositories.iter();
            let repositories: Vec<_> = repositories
                .map(|it| {
                    format!(
                        "{}{}",
                        it.url,
                        if it.is_release { " (release)" } else { "" }
                    )
                })
                .collect();
            let packages = project.packages.iter();
            let packages: Vec<_> = packages
                .map(|it| format!("{}/{it}", it.ecosystem()))
                .collect();
            let _ = writeln!(
                shown,
                "project {} {repositories:?} {packages:?}",
                project.name
            );
        }
        for cohort in &profile.cohorts {
            let _ = writeln!(shown, "cohort {} {:?}", cohort.name, cohort.projects);
        }
        for milestone in &profile.milestones {
            let targets = milestone.targets.iter();
            let targets: Vec<_> = targets.map(|it| (it.value, it.by.as_str())).collect();
            let _ = writeln!(
                shown,
                "milestone {} {} {targets:?}",
                milestone.name, milestone.measure
            );
        }
        for schedule in &profile.schedules {
            let _ = writeln!(shown, "{} {:?}", schedule.job, schedule.every);
        }
        for problem in &file.problems {
            let _ = writeln!(shown, "! {}: {}", problem.subject, problem.message);
        }
        shown
    }

    const LAB: &str = r#"
[ecosystem]
title = "Laboratory"
[[project]]
name = "lab"
repositories = ["https://example.org/lab"]
release-repositories = ["https://example.org/lab-release"]
packages = ["Lab_Core", "Julia/Lab"]
[[project]]
name = "bench"
[[cohort]]
name = "core"
projects = ["lab", "bench", "lab"]
[[milestone]]
name = "signing"
title = "Signing"
measure = "signed"
cohort = "core"
targets = [{ value = 2, by = "first year" }, { value = 7, by = "second year" }]
[[schedule]]
job = "assess"
every = "daily"
"#;

    #[test]
    fn a_profile_is_read() {
        insta::assert_snapshot!(check(LAB), @r#"
        lab: Laboratory
        project lab ["https://example.org/lab", "https://example.org/lab-release (release)"] ["PyPI/lab-core", "Julia/Lab"]
        project bench [] ["PyPI/bench"]
        cohort core ["bench", "lab"]
        milestone signing signed [(2.0, "first year"), (7.0, "second year")]
        assess Daily
        "#);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_stands() {
        let change = |from: &str, to: &str| check(&LAB.replacen(from, to, 1));
        insta::assert_snapshot!(change("name = \"bench\"", "name = \"lab\""), @r#"
        lab: Laboratory
        project lab ["https://example.org/lab", "https://example.org/lab-release (release)"] ["PyPI/lab-core", "Julia/Lab"]
        cohort core ["lab"]
        milestone signing signed [(2.0, "first year"), (7.0, "second year")]
        assess Daily
        ! project lab: stands twice; the first counts
        ! cohort core: `bench` is no project of the profile
        "#);
        insta::assert_snapshot!(change("https://example.org/lab\"", "file:///etc\"").lines().next_back().unwrap(), @"! project lab: an address begins with `https://` and has no user");
        insta::assert_snapshot!(change("daily", "often").lines().next_back().unwrap(), @"! schedule assess: unknown variant `often`, expected one of `hourly`, `daily`, `weekly`, `quarterly`");
        insta::assert_snapshot!(change("cohort = \"core\"", "cohort = \"x\"").lines().next_back().unwrap(), @"! milestone signing: `x` is no cohort of the profile; it is left out");
        insta::assert_snapshot!(change("value = 2", "value = nan").lines().next_back().unwrap(), @"! milestone signing: a target is no number; it is left out");
        insta::assert_snapshot!(change("[[schedule]]", "[[plan]]").lines().next_back().unwrap(), @"! plan: is no table of a profile");
        insta::assert_snapshot!(change("[[project]]\nname", "[[project]]\nnom").lines().next_back().unwrap(), @"! cohort core: `lab` is no project of the profile");
        insta::assert_snapshot!(change("[ecosystem]", "[other]"), @"no table `[ecosystem]`, with which a profile of projects begins");
        insta::assert_snapshot!(check("x = "), @"not TOML");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,120}", name in "\\PC{0,20}") {
            check(&text);
            check(&LAB.replacen("lab", &name, 3));
        }
    }
}
