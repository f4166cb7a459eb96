//! What somebody gets who installs the latest release of a project today: the release, and the newest releases that
//! what it asks for admits, all the way down, for one stated environment.
//!
//! This is no resolver: where the newest release is excluded by a requirement that is met later, it is chosen anew, and
//! a requirement that was met once holds for good. In nearly all cases that is what an installer does; where no release
//! is left, it is a problem and the package is left out, never guessed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bartizan_model::{
    ecosystem::Package,
    environment::MarkerEnvironment,
    inventory::{Component, Edge, Inventory, Unpinned},
    marker::MarkerContext,
    problem::Problem,
    release::{Metadata, Release},
    requirement::{Requirement, SpecifierSet},
    version::pep440::Version,
};
use bartizan_vulnerability::upgrade::Universe;

/// How many packages one closure takes in. The largest environments that people install have some hundreds.
const MOST_PACKAGES: usize = 2_000;

/// How often choices are made anew before what is left counts.
const MOST_ROUNDS: usize = 24;

/// What the packages of a project get, as an inventory that can be scanned. Packages without any release are problems.
pub fn close(
    universe: &dyn Universe,
    roots: &[Package],
    environment: &MarkerEnvironment,
    label: &str,
) -> Inventory {
    let mut held: Held = roots
        .iter()
        .map(|root| (root.clone(), Vec::new()))
        .collect();
    for _ in 1..MOST_ROUNDS {
        let round = Round::run(universe, roots, environment, &held);
        match round.met {
            None => return round.inventory(roots, environment, label),
            Some(met) => held = met,
        }
    }
    Round::run(universe, roots, environment, &held).inventory(roots, environment, label)
}

/// The newest release of a package that fits an environment, without regard to who asks for it: final, not yanked.
pub fn latest(releases: &[Release], environment: &MarkerEnvironment) -> Option<String> {
    choose(releases, &[], environment)
}

/// The specifiers that were met for each package.
type Held = BTreeMap<Package, Vec<SpecifierSet>>;

/// One way down from the roots.
#[derive(Default)]
struct Round {
    chosen: BTreeMap<Package, Option<String>>,
    edges: BTreeSet<(Package, Package)>,
    unpinned: Vec<Unpinned>,
    problems: BTreeSet<Problem>,
    /// What is to be held from now on, where a choice was wrong.
    met: Option<Held>,
}

/// A package with the extras that are asked for.
type Asked = (Package, Vec<String>);

impl Round {
    fn run(
        universe: &dyn Universe,
        roots: &[Package],
        environment: &MarkerEnvironment,
        held: &Held,
    ) -> Self {
        let mut round = Self::default();
        let mut met = held.clone();
        let mut is_wrong = false;
        let mut seen: BTreeSet<Asked> = BTreeSet::new();
        let mut left: VecDeque<Asked> = roots
            .iter()
            .map(|root| (root.clone(), Vec::new()))
            .collect();
        while let Some((package, extras)) = left.pop_front() {
            if seen.len() > MOST_PACKAGES {
                let message =
                    format!("more than {MOST_PACKAGES} packages; the rest is not looked at");
                round.problems.insert(Problem::new("environment", message));
                break;
            }
            if !seen.insert((package.clone(), extras.clone())) {
                continue;
            }
            let Some(version) = round.choose(universe, &package, &met, environment) else {
                continue;
            };
            for requirement in round.requirements(universe, &package, &version) {
                if !applies(&requirement, &extras, environment) {
                    continue;
                }
                let to = requirement.package.clone();
                let Some(specifiers) = requirement.specifiers().cloned() else {
                    round.by_address(&requirement, &package);
                    continue;
                };
                round.edges.insert((package.clone(), to.clone()));
                let known = met.entry(to.clone()).or_default();
                if !known.contains(&specifiers) {
                    // Whoever was chosen before this was met may not satisfy it.
                    let chosen = round.chosen.get(&to).and_then(Option::as_ref);
                    is_wrong |= chosen.is_some_and(|chosen| !specifiers.contains(chosen));
                    known.push(specifiers);
                }
                left.push_back((to, requirement.extras));
            }
        }
        round.met = is_wrong.then_some(met);
        round
    }

    fn choose(
        &mut self,
        universe: &dyn Universe,
        package: &Package,
        met: &Held,
        environment: &MarkerEnvironment,
    ) -> Option<String> {
        if let Some(chosen) = self.chosen.get(package) {
            return chosen.clone();
        }
        let specifiers = met.get(package).map(Vec::as_slice).unwrap_or_default();
        let (chosen, problem) = match universe.releases(package) {
            Err(error) => {
                let why = std::error::Error::source(&error).map(ToString::to_string);
                (None, Some(why.unwrap_or_else(|| error.to_string())))
            }
            Ok(None) => (None, Some("no index has it".to_owned())),
            Ok(Some(releases)) => match choose(&releases, specifiers, environment) {
                Some(version) => (Some(version), None),
                None => (None, Some(nothing_left(&releases, environment))),
            },
        };
        if let Some(problem) = problem {
            self.unpinned.push(Unpinned {
                package: package.clone(),
                locator: "environment".to_owned(),
                reason: problem.clone(),
            });
            self.problems.insert(Problem::new(package.name(), problem));
        }
        self.chosen.insert(package.clone(), chosen.clone());
        chosen
    }

    fn requirements(
        &mut self,
        universe: &dyn Universe,
        package: &Package,
        version: &str,
    ) -> Vec<Requirement> {
        let subject = || format!("{package} {version}");
        match universe.metadata(package, version) {
            Ok(Metadata::Known(requirements)) => requirements,
            Ok(Metadata::Unknown(why)) => {
                let message = format!("what it requires is not known: {why}");
                self.problems.insert(Problem::new(subject(), message));
                Vec::new()
            }
            Err(error) => {
                self.problems
                    .insert(Problem::new(subject(), error.to_string()));
                Vec::new()
            }
        }
    }

    fn by_address(&mut self, requirement: &Requirement, asker: &Package) {
        self.unpinned.push(Unpinned {
            package: requirement.package.clone(),
            locator: asker.to_string(),
            reason: "a URL".to_owned(),
        });
    }

    fn inventory(
        self,
        roots: &[Package],
        environment: &MarkerEnvironment,
        label: &str,
    ) -> Inventory {
        let chosen = self.chosen.into_iter();
        let chosen: Vec<(Package, String)> = chosen
            .filter_map(|(package, version)| Some((package, version?)))
            .collect();
        let place: BTreeMap<&Package, usize> = chosen
            .iter()
            .enumerate()
            .map(|(place, (package, _))| (package, place))
            .collect();
        let edges = self.edges.iter().filter_map(|(from, to)| {
            let (from, to) = (*place.get(from)?, *place.get(to)?);
            (from != to).then_some(Edge { from, to })
        });
        let mut unpinned = self.unpinned;
        unpinned.sort();
        unpinned.dedup();
        Inventory {
            label: label.to_owned(),
            format: "latest-release".to_owned(),
            path: label.to_owned(),
            environment: Some(environment.describe()),
            markers: Some(environment.clone()),
            edges: edges.collect(),
            roots: roots
                .iter()
                .filter_map(|root| place.get(root).copied())
                .collect(),
            components: chosen
                .iter()
                .map(|(package, version)| {
                    Component::new(package.clone(), version.clone(), "package index")
                })
                .collect(),
            unpinned,
            problems: self.problems.into_iter().collect(),
            ..Inventory::default()
        }
    }
}

fn applies(requirement: &Requirement, extras: &[String], environment: &MarkerEnvironment) -> bool {
    let context = MarkerContext {
        extras,
        groups: &[],
    };
    let marker = requirement.marker.as_ref();
    marker.is_none_or(|marker| marker.evaluate(environment, context))
}

/// The newest release that satisfies all of them; pre-releases only where somebody asks for one.
fn choose(
    releases: &[Release],
    specifiers: &[SpecifierSet],
    environment: &MarkerEnvironment,
) -> Option<String> {
    let takes_prereleases = specifiers.iter().any(SpecifierSet::asks_for_prereleases);
    let fitting = releases.iter().filter(|release| fits(release, environment));
    let versions = fitting.filter_map(|release| {
        let version: Version = release.version.parse().ok()?;
        let is_taken = takes_prereleases || !version.is_prerelease();
        let is_admitted = specifiers.iter().all(|it| it.contains(&release.version));
        (is_taken && is_admitted).then_some((version, &release.version))
    });
    let newest = versions.max_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    newest.map(|(_, text)| text.clone())
}

fn fits(release: &Release, environment: &MarkerEnvironment) -> bool {
    let python = release.requires_python.as_deref().unwrap_or_default();
    let is_for_python = python
        .parse::<SpecifierSet>()
        // Installers ignore what they cannot read.
        .map_or(true, |set| set.contains(&environment.python_full_version));
    release.has_file && !release.is_yanked && is_for_python
}

fn nothing_left(releases: &[Release], environment: &MarkerEnvironment) -> String {
    if releases.iter().any(|release| fits(release, environment)) {
        "no release satisfies everything that asks for it".to_owned()
    } else {
        format!("no release has a file for {}", environment.describe())
    }
}

#[cfg(test)]
mod tests {
    use bartizan_model::{environment::Platform, release::ReleaseTable};
    use proptest::prelude::*;

    use super::*;

    /// Releases are written `name version requirement, requirement`, roots are the packages asked for.
    fn check(text: &str, roots: &[&str]) -> String {
        let mut table = ReleaseTable::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.splitn(3, ' ');
            let package = Package::pypi(words.next().unwrap_or_default());
            let version = words.next().unwrap_or_default();
            let mut release = Release::new(version.trim_end_matches('!'));
            release.is_yanked = version.ends_with('!');
            let requirements = words.next().unwrap_or_default().split(", ");
            let requirements = requirements.filter_map(|it| it.parse().ok()).collect();
            let releases = table.packages.entry(package).or_default();
            releases.push((release, Metadata::Known(requirements)));
        }
        let roots: Vec<Package> = roots.iter().map(|root| Package::pypi(root)).collect();
        let linux = MarkerEnvironment::cpython("3.13", &Platform::parse("linux").unwrap());
        let inventory = close(&table, &roots, &linux, "lab");
        let name = |place: usize| inventory.components[place].package.name();
        let components = inventory.components.iter();
        let components: Vec<String> = components
            .map(|it| format!("{} {}", it.package, it.version))
            .collect();
        let edges = inventory.edges.iter();
        let edges: Vec<String> = edges
            .map(|edge| format!("{}>{}", name(edge.from), name(edge.to)))
            .collect();
        let problems = inventory.problems.iter();
        let problems: Vec<String> = problems
            .map(|it| format!("! {}: {}", it.subject, it.message))
            .collect();
        format!("{components:?} {edges:?} {problems:?}")
    }

    #[test]
    fn the_newest_that_everybody_admits_is_taken() {
        insta::assert_snapshot!(check("app 1 lib\napp 2 lib>=1, tool; sys_platform == 'win32'\napp 3! lib\nlib 1\nlib 2\nlib 3rc1", &["app"]), @r#"["app 2", "lib 2"] ["app>lib"] []"#);
        insta::assert_snapshot!(check("app 1 a, lib\na 1 lib<2\nlib 1\nlib 2", &["app"]), @r#"["a 1", "app 1", "lib 1"] ["a>lib", "app>a", "app>lib"] []"#);
        insta::assert_snapshot!(check("app 1 lib, a\na 1 lib<2\nlib 1 old\nlib 2 new\nold 1\nnew 1", &["app"]), @r#"["a 1", "app 1", "lib 1", "old 1"] ["a>lib", "app>a", "app>lib", "lib>old"] []"#);
        insta::assert_snapshot!(check("app 1 lib[fast]\nlib 1 c; extra == 'fast', d; extra == 'slow'\nc 1\nd 1", &["app"]), @r#"["app 1", "c 1", "lib 1"] ["app>lib", "lib>c"] []"#);
    }

    #[test]
    fn what_cannot_be_had_is_told_and_not_guessed() {
        insta::assert_snapshot!(check("app 1 none, lib>2\nlib 1", &["app", "gone"]), @r#"["app 1"] [] ["! gone: no index has it", "! lib: no release satisfies everything that asks for it", "! none: no index has it"]"#);
        insta::assert_snapshot!(check("app 1 a\na 1 app", &["app"]), @r#"["a 1", "app 1"] ["a>app", "app>a"] []"#);
    }

    proptest! {
        #[test]
        fn never_panics_and_never_runs_for_ever(lines in proptest::collection::vec("[a-d] [1-3] [a-d]([<>=]=[1-3])?, [a-d](<[1-3])?", 0..12)) {
            check(&lines.join("\n"), &["a", "b"]);
        }
    }
}
