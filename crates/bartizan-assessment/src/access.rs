//! How access to the organisations of projects stands, by the numbers that surveys left at home. Nobody is named.
//!
//! A survey is a job of its own, since it needs a token and asks much; here its numbers become figures. An organisation that
//! several projects share is counted once wherever they are put together.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_access::{
    counts::{Counts, Course, Factors, RightCounts},
    name::Login,
};
use bartizan_formats::hosting::remote::remote;
use bartizan_model::{
    Timestamp,
    assessment::{Evidence, Figure, Measure, ProjectAssessment},
    problem::Problem,
    profile::Project,
};
use bartizan_sources::{access::AccessStore, home::Home};

use crate::{
    ledger::told::quarter,
    measures::{
        SECOND_FACTOR, SECOND_FACTOR_REQUIRED, SECOND_FACTORS, STALE_GRANTS, STALE_GRANTS_AT_FIRST,
        figure,
    },
};

/// The host whose owners of repositories are organisations.
const HOST: &str = "github.com";

/// The source that evidence names.
const SOURCE: &str = "access-survey";

/// Those that are summed over organisations.
const OF_ORGANISATIONS: [&Measure; 4] = [
    &STALE_GRANTS,
    &STALE_GRANTS_AT_FIRST,
    &SECOND_FACTORS,
    &SECOND_FACTOR_REQUIRED,
];

/// The numbers of all surveys that are at home.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surveys {
    courses: BTreeMap<String, Course>,
    problems: Vec<Problem>,
}

impl Surveys {
    /// Reads what is kept; what cannot be read is a problem, and nothing is known of it.
    pub fn open(home: &Home) -> Self {
        match AccessStore::new(home).counts() {
            Ok((counts, problems)) => Self {
                problems,
                ..Self::of(counts)
            },
            // Where somebody's home lies is not for everybody.
            Err(_unreadable) => Self {
                problems: vec![Problem::new("numbers of access", "they cannot be read")],
                ..Self::default()
            },
        }
    }

    /// The numbers of some surveys.
    pub fn of(counts: Vec<Counts>) -> Self {
        Self {
            courses: Course::of_each(counts),
            problems: Vec::new(),
        }
    }

    /// What decides the figures, so that equal inputs give equal assessments.
    pub(crate) fn mark(&self) -> usize {
        let times = self.courses.values().map(|it| it.times().count());
        times.sum()
    }

    fn courses(&self, organisations: &BTreeSet<Login>, as_of: Timestamp) -> Vec<(&str, Course)> {
        let known = self.courses.iter().filter_map(|(name, course)| {
            let is_asked = organisations.iter().any(|it| it.as_str() == name);
            let course = is_asked.then(|| course.before(after(as_of)))?;
            course.newest().is_some().then_some((name.as_str(), course))
        });
        known.collect()
    }

    /// What is summed over the organisations of some projects, each once; none where nothing is known of any.
    pub(crate) fn together<'p>(
        &self,
        projects: impl Iterator<Item = &'p Project>,
        as_of: Timestamp,
    ) -> Option<Vec<Figure>> {
        let organisations = projects.flat_map(organisations).collect();
        let courses = self.courses(&organisations, as_of);
        (!courses.is_empty()).then(|| summed(&courses))
    }

    /// Puts what is summed over organisations in the place of what was summed over projects.
    pub(crate) fn put_together<'p>(
        &self,
        projects: impl Iterator<Item = &'p Project>,
        as_of: Timestamp,
        figures: &mut Vec<Figure>,
    ) {
        let Some(together) = self.together(projects, as_of) else {
            return;
        };
        figures.retain(|figure| !is_of_organisations(&figure.measure));
        figures.extend(together);
        figures.sort_by(|one, other| one.measure.cmp(&other.measure));
    }
}

/// The organisations that hold the leading repositories of a project.
pub fn organisations(project: &Project) -> BTreeSet<Login> {
    let repositories = project.repositories.iter();
    let found = repositories.filter_map(|repository| {
        let found = remote(&repository.url).filter(|it| it.host == HOST)?;
        Login::new(found.repository.split_once('/')?.0).ok()
    });
    found.collect()
}

/// Says of a project how access to its organisations stands. Where no survey says it, what is known stays.
pub fn tell(surveys: &Surveys, project: &Project, as_of: Timestamp, said: &mut ProjectAssessment) {
    said.problems.extend(surveys.problems.iter().cloned());
    let organisations = organisations(project);
    let courses = surveys.courses(&organisations, as_of);
    if courses.is_empty() {
        let all = OF_ORGANISATIONS.into_iter().chain([&SECOND_FACTOR]);
        said.unseen.measures.extend(all.map(|it| it.id.to_owned()));
        return;
    }
    said.figures.extend(summed(&courses));
    // One of its organisations that nobody looked at may have somebody without a second factor.
    if courses.len() == organisations.len() {
        said.figures.extend(all_have_one(&courses));
    } else {
        said.unseen.measures.insert(SECOND_FACTOR.id.to_owned());
    }
}

fn is_of_organisations(measure: &str) -> bool {
    let base = measure.split(':').next().unwrap_or(measure);
    OF_ORGANISATIONS.iter().any(|it| it.id == base)
}

/// The first moment that is no longer `as_of`.
fn after(as_of: Timestamp) -> Timestamp {
    Timestamp::from_second(as_of.as_second().saturating_add(1)).unwrap_or(Timestamp::MAX)
}

fn summed(courses: &[(&str, Course)]) -> Vec<Figure> {
    let mut figures: Vec<Figure> = [rights(courses), factors(courses), required(courses)]
        .into_iter()
        .flatten()
        .collect();
    let first = courses.iter().filter_map(|(_, it)| it.first_judged());
    let first: Vec<RightCounts> = first.filter_map(|it| it.rights).collect();
    if !first.is_empty() {
        let stale = first.iter().map(|it| it.stale).sum::<u64>();
        figures.push(figure(&STALE_GRANTS_AT_FIRST, stale as f64));
    }
    for (name, end) in quarters(courses) {
        let then: Vec<(&str, Course)> = courses
            .iter()
            .map(|(name, course)| (*name, course.before(end)))
            .filter(|(_, course)| course.newest().is_some())
            .collect();
        let both = [rights(&then), factors(&then)].into_iter().flatten();
        figures.extend(both.map(|figure| Figure {
            measure: format!("{}:{name}", figure.measure),
            ..figure
        }));
    }
    let evidence = evidence(courses);
    for figure in &mut figures {
        figure.evidence.clone_from(&evidence);
    }
    figures
}

/// The quarters in which it was looked, with the moment before which a survey counts.
fn quarters(courses: &[(&str, Course)]) -> BTreeMap<String, Timestamp> {
    let mut ends: BTreeMap<String, Timestamp> = BTreeMap::new();
    for time in courses.iter().flat_map(|(_, it)| it.times()) {
        let end = ends.entry(quarter(time)).or_insert(after(time));
        *end = after(time).max(*end);
    }
    ends
}

fn rights(courses: &[(&str, Course)]) -> Option<Figure> {
    let judged = courses.iter().filter_map(|(_, it)| it.newest_judged());
    let judged: Vec<RightCounts> = judged.filter_map(|it| it.rights).collect();
    let sum = |of: fn(&RightCounts) -> u64| judged.iter().map(of).sum::<u64>() as f64;
    let (used, stale) = (sum(|it| it.used), sum(|it| it.stale));
    // Where nothing could be told, nothing was measured: no right is called used for that.
    (used + stale > 0.0).then(|| Figure {
        whole: Some(used + stale),
        shares: vec![
            ("used".to_owned(), used),
            ("not used".to_owned(), stale),
            ("not known".to_owned(), sum(|it| it.unknown)),
            ("not judged".to_owned(), sum(|it| it.exempt)),
        ],
        ..figure(&STALE_GRANTS, stale)
    })
}

fn everybody(courses: &[(&str, Course)]) -> Factors {
    let newest = courses.iter().filter_map(|(_, it)| it.newest());
    let all = newest.map(Counts::everybody);
    all.fold(Factors::default(), Factors::and)
}

fn factors(courses: &[(&str, Course)]) -> Option<Figure> {
    let all = everybody(courses);
    let known = all.all.saturating_sub(all.unknown);
    (known > 0).then(|| Figure {
        whole: Some(known as f64),
        shares: vec![
            ("with one".to_owned(), all.sound() as f64),
            ("can be taken over".to_owned(), all.insecure as f64),
            ("without".to_owned(), all.missing as f64),
            ("not known".to_owned(), all.unknown as f64),
        ],
        ..figure(&SECOND_FACTORS, all.sound() as f64)
    })
}

fn required(courses: &[(&str, Course)]) -> Option<Figure> {
    let newest = courses.iter().filter_map(|(_, it)| it.newest());
    let told: Vec<bool> = newest.filter_map(|it| it.required).collect();
    let count = told.iter().filter(|it| **it).count();
    (!told.is_empty()).then(|| Figure {
        whole: Some(told.len() as f64),
        ..figure(&SECOND_FACTOR_REQUIRED, count as f64)
    })
}

fn all_have_one(courses: &[(&str, Course)]) -> Option<Figure> {
    let all = everybody(courses);
    let value = match (all.missing + all.insecure, all.unknown) {
        (0, 0) => 1.0,
        (0, _) => return None,
        _ => 0.0,
    };
    Some(Figure {
        whole: Some(1.0),
        evidence: evidence(courses),
        ..figure(&SECOND_FACTOR, value)
    })
}

/// One piece for each way in which numbers came. It names organisations, and nobody who stated anything.
fn evidence(courses: &[(&str, Course)]) -> Vec<Evidence> {
    let of = |is_stated: bool| {
        let newest = courses
            .iter()
            .filter_map(|(name, it)| Some((name, it.newest()?)));
        let own = newest.filter(|(_, it)| it.stated_by.is_some() == is_stated);
        let own: Vec<(&&str, &Counts)> = own.collect();
        let observed = own.iter().map(|(_, it)| it.taken).min()?;
        let way = if is_stated {
            "stated by owners"
        } else {
            "read"
        };
        let locator = match own.as_slice() {
            [(one, _)] => format!("{HOST}/{one}, {way}"),
            many => format!("{} organisations of {HOST}, {way}", many.len()),
        };
        Some(Evidence {
            source: SOURCE.to_owned(),
            snapshot: None,
            locator,
            observed,
        })
    };
    [of(false), of(true)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use bartizan_model::profile::Repository;

    use super::*;

    fn counts(name: &str, day: i64, [used, stale]: [u64; 2], missing: u64) -> Counts {
        Counts {
            organisation: Login::new(name).unwrap(),
            taken: Timestamp::from_second(1_760_000_000 + day * 86_400).unwrap(),
            stated_by: None,
            required: Some(missing == 0),
            members: Factors {
                all: 10,
                missing,
                ..Factors::default()
            },
            owners: Factors::default(),
            outside: Factors::default(),
            rights: Some(RightCounts {
                used,
                stale,
                unknown: 3,
                exempt: 1,
            }),
        }
    }

    fn project(name: &str, organisation: &str) -> Project {
        Project {
            name: name.to_owned(),
            repositories: vec![Repository {
                url: format!("https://github.com/{organisation}/{name}"),
                is_release: false,
            }],
            ..Project::default()
        }
    }

    fn shown(figures: &[Figure]) -> String {
        let lines = figures.iter().map(|it| {
            let at = it
                .evidence
                .first()
                .map_or("nowhere", |it| it.locator.as_str());
            format!("{} {} of {:?}, {at}", it.measure, it.value, it.whole)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn now() -> Timestamp {
        "2026-11-26T00:00:00Z".parse().unwrap()
    }

    fn check(counts: &[Counts], of: &Project) -> String {
        let surveys = Surveys::of(counts.to_vec());
        let mut said = ProjectAssessment::default();
        tell(&surveys, of, now(), &mut said);
        let unseen: Vec<&str> = said.unseen.measures.iter().map(String::as_str).collect();
        format!("{}\nunseen: {}", shown(&said.figures), unseen.join(" "))
    }

    #[test]
    fn numbers_of_surveys_are_figures() {
        let two = [
            counts("lab", 0, [10, 20], 4),
            counts("lab", 200, [25, 5], 0),
        ];
        insta::assert_snapshot!(check(&two, &project("array", "lab")), @"
        stale-grants 5 of Some(30.0), github.com/lab, read
        second-factors 10 of Some(10.0), github.com/lab, read
        second-factor-required 1 of Some(1.0), github.com/lab, read
        stale-grants-at-first 20 of None, github.com/lab, read
        stale-grants:2025-q4 20 of Some(30.0), github.com/lab, read
        second-factors:2025-q4 6 of Some(10.0), github.com/lab, read
        stale-grants:2026-q2 5 of Some(30.0), github.com/lab, read
        second-factors:2026-q2 10 of Some(10.0), github.com/lab, read
        second-factor 1 of Some(1.0), github.com/lab, read
        unseen:
        ");
        assert_eq!(
            check(&two, &project("array", "other")),
            "\nunseen: second-factor second-factor-required second-factors stale-grants stale-grants-at-first"
        );
    }

    #[test]
    fn an_organisation_of_several_projects_counts_once() {
        let surveys = Surveys::of(vec![
            counts("lab", 0, [10, 20], 4),
            counts("mill", 0, [7, 1], 0),
        ]);
        let projects = [
            project("array", "lab"),
            project("table", "lab"),
            project("grid", "mill"),
        ];
        let mut figures = vec![figure(&STALE_GRANTS, 999.0), figure(&SECOND_FACTOR, 1.0)];
        surveys.put_together(projects.iter(), now(), &mut figures);
        insta::assert_snapshot!(shown(&figures), @"
        second-factor 1 of None, nowhere
        second-factor-required 1 of Some(2.0), 2 organisations of github.com, read
        second-factors 16 of Some(20.0), 2 organisations of github.com, read
        second-factors:2025-q4 16 of Some(20.0), 2 organisations of github.com, read
        stale-grants 21 of Some(38.0), 2 organisations of github.com, read
        stale-grants-at-first 21 of None, 2 organisations of github.com, read
        stale-grants:2025-q4 21 of Some(38.0), 2 organisations of github.com, read
        ");
    }

    #[test]
    fn a_survey_of_later_is_not_known_yet() {
        let later = [counts("lab", 900, [1, 1], 0)];
        assert!(check(&later, &project("array", "lab")).starts_with("\nunseen: "));
    }
}
