//! Answering single queries, quickly when names repeat.

mod library;

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use bartizan_model::{advisory::PackageAdvisories, ecosystem::Package, purl::Purl};
use bartizan_sources::database::Database;
use bartizan_vulnerability::{
    advisories::{Advisories, AdvisoriesError},
    matching::Known,
};
use serde::Serialize;

use crate::{
    error::{Failure, chain},
    exit::Exit,
    render::json::to_line,
};

/// How many packages and groups are kept at hand before all are forgotten.
const KEPT_PACKAGES: usize = 512;
const KEPT_GROUPS: usize = 16_384;
const LONGEST: usize = 4096;

/// Answers queries from a database.
pub(super) struct Answerer<'a> {
    database: &'a Database,
    packages: HashMap<Package, Option<PackageAdvisories>>,
    groups: HashMap<String, String>,
}

/// One line of the answer.
#[derive(Debug, Default, Serialize)]
struct AnswerJson<'a> {
    query: &'a str,
    records: BTreeSet<Cow<'a, str>>,
    groups: BTreeSet<Cow<'a, str>>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    undecided: BTreeSet<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Why a query has no answer, and the exit code it leads to.
struct Unanswered {
    exit: Exit,
    error: String,
}

impl<'a> Answerer<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self {
            database,
            packages: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// The line for a query, and the exit code it leads to.
    pub(super) fn line(&mut self, query: &str) -> Result<(String, Exit), Failure> {
        let mut exit = Exit::Clean;
        let line = match self.answer(query) {
            Ok(answer) => to_line(&answer),
            Err(Unanswered { exit: ended, error }) => {
                exit = ended;
                to_line(&AnswerJson {
                    query,
                    error: Some(error),
                    ..AnswerJson::default()
                })
            }
        }?;
        Ok((line, exit))
    }

    fn answer<'q>(&'q mut self, query: &'q str) -> Result<AnswerJson<'q>, Unanswered> {
        if let Some(library) = library::parse(query) {
            return library::answer(self.database, query, library);
        }
        let (package, version) = parse(query)?;
        if !self.database.covers(package.ecosystem()) {
            let error = format!(
                "no source of the database covers the ecosystem {}",
                package.ecosystem()
            );
            return Err(Unanswered {
                exit: Exit::Data,
                error,
            });
        }
        self.look_up(&package)?;
        let known = self.packages.get(&package).and_then(Option::as_ref);
        let mut answer = AnswerJson {
            query,
            ..AnswerJson::default()
        };
        let Some(known) = known else {
            return Ok(answer);
        };
        let report = Known::of(known).matches(&version);
        answer.records = report
            .matched
            .iter()
            .map(|(entry, _)| Cow::from(entry.id.as_str()))
            .collect();
        answer.undecided = report
            .undecided
            .iter()
            .map(|(entry, _)| Cow::from(entry.id.as_str()))
            .collect();
        for (entry, _) in &report.matched {
            look_up_group(self.database, &mut self.groups, &entry.group)?;
        }
        let groups = &self.groups;
        let shown = report
            .matched
            .iter()
            .filter_map(|(entry, _)| groups.get(&entry.group));
        answer.groups = shown.map(|id| Cow::from(id.as_str())).collect();
        Ok(answer)
    }

    fn look_up(&mut self, package: &Package) -> Result<(), Unanswered> {
        if self.packages.contains_key(package) {
            return Ok(());
        }
        if self.packages.len() >= KEPT_PACKAGES {
            self.packages.clear();
        }
        if self.groups.len() >= KEPT_GROUPS {
            self.groups.clear();
        }
        let known =
            Advisories::package(self.database, package).map_err(|error| unanswered(&error))?;
        self.packages.insert(package.clone(), known);
        Ok(())
    }
}

/// Learns what a group is shown as. A group that the database does not hold stands for itself.
fn look_up_group(
    database: &Database,
    groups: &mut HashMap<String, String>,
    key: &str,
) -> Result<(), Unanswered> {
    if groups.contains_key(key) {
        return Ok(());
    }
    let group = Advisories::group(database, key).map_err(|error| unanswered(&error))?;
    groups.insert(
        key.to_owned(),
        group.map_or_else(|| key.to_owned(), |group| group.shown_as),
    );
    Ok(())
}

fn unanswered(error: &AdvisoriesError) -> Unanswered {
    Unanswered {
        exit: Exit::Data,
        error: chain(error),
    }
}

/// `NAME==VERSION`, or a package URL with a version.
fn parse(query: &str) -> Result<(Package, String), Unanswered> {
    let malformed = |error: String| Unanswered {
        exit: Exit::Usage,
        error,
    };
    if query.len() > LONGEST {
        return Err(malformed(format!(
            "the query is longer than {LONGEST} bytes"
        )));
    }
    if query.starts_with("pkg:") {
        let purl: Purl = query.parse().map_err(|error| malformed(chain(&error)))?;
        let (package, version) = purl.package().ok_or_else(|| {
            malformed("the package URL's type is no ecosystem of advisories".to_owned())
        })?;
        let version =
            version.ok_or_else(|| malformed("the package URL has no version".to_owned()))?;
        return Ok((package, version));
    }
    let (name, version) = query
        .split_once("===")
        .or_else(|| query.split_once("=="))
        .ok_or_else(|| {
            malformed("write NAME==VERSION or a package URL with a version".to_owned())
        })?;
    let (name, version) = (name.trim(), version.trim());
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_name {
        return Err(malformed(format!(
            "`{name}` is no name of a Python package"
        )));
    }
    if version.is_empty() || version.chars().any(char::is_whitespace) {
        return Err(malformed(
            "a version is missing or has spaces in it".to_owned(),
        ));
    }
    Ok((Package::pypi(name), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str) -> String {
        match parse(query) {
            Ok((package, version)) => {
                format!("{}|{}|{version}", package.ecosystem(), package.name())
            }
            Err(Unanswered { error, .. }) => error,
        }
    }

    #[test]
    fn queries_are_names_with_versions() {
        assert_eq!(check("Pillow == 10.0.0"), "PyPI|pillow|10.0.0");
        assert_eq!(
            check("zope.interface===1.0-weird"),
            "PyPI|zope-interface|1.0-weird"
        );
        assert_eq!(
            check("pillow"),
            "write NAME==VERSION or a package URL with a version"
        );
        assert_eq!(
            check("pillow[x]==1"),
            "`pillow[x]` is no name of a Python package"
        );
        assert_eq!(
            check("pillow=="),
            "a version is missing or has spaces in it"
        );
        assert_eq!(check("pkg:pypi/Pillow@10.0.0"), "PyPI|pillow|10.0.0");
        assert_eq!(check("pkg:pypi/pillow"), "the package URL has no version");
    }
}
