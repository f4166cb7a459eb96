//! How many takeovers of dormant accounts would be told, at the budget of alarms.
//!
//! A takeover is made up: the later work of one person in a real history is put behind the last act of another, whose account
//! had been silent for eighteen months or more. Everything is seeded. What is told of real returns is counted as alarms: none
//! of them is known to have been a takeover. Base rates and threshold come from all projects but the one that is looked at.
//!
//! `cargo run -p bartizan-sources --example people_takeovers -- HOME NAME=REPOSITORY…`

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_possible_wrap,
    clippy::needless_pass_by_value,
    reason = "an evaluation prints, stops where it cannot go on, and counts no further than contributors"
)]

mod detector;
mod takeover;

use std::{collections::BTreeSet, path::Path};

use bartizan_people::{
    anomaly::{Acts, MEASURED, THRESHOLD, episodes},
    corrections::Corrections,
};
use bartizan_sources::{
    home::Home,
    past::{self, NamedRepository, Reader},
};
use detector::{Alarm, Detector, Detectors, Returns};
use takeover::{Takeover, takeovers};

/// What the dice begin with.
const SEED: u64 = 20_261_126;

/// Takeovers that are made up in each project.
const IN_EACH: usize = 100;

/// What is looked at in one project.
struct Subject {
    name: String,
    contributors: usize,
    acts: Acts,
    takeovers: Vec<Takeover>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let home = Home::new(arguments.next().unwrap_or_default());
    let repositories: Vec<NamedRepository> = arguments
        .map(|it| NamedRepository::of(Path::new(&it)))
        .collect();
    let subjects = subjects(&home, &repositories);
    let contributors: usize = subjects.iter().map(|it| it.contributors).sum();
    let made: usize = subjects.iter().map(|it| it.takeovers.len()).sum();
    let returns: Vec<Returns<'_>> = subjects.iter().map(Returns::of).collect();
    let all: usize = returns.iter().map(|it| it.all.len()).sum();
    println!(
        "{} projects, {contributors} contributors, {all} returns, {made} takeovers",
        subjects.len()
    );
    for subject in &subjects {
        println!(
            "  {}: {} contributors, {} takeovers",
            subject.name,
            subject.contributors,
            subject.takeovers.len()
        );
    }
    let measured = detector::measure(returns.iter());
    println!(
        "measured: {measured:?}, as frozen: {}",
        measured == MEASURED
    );
    for detectors in Detectors::ALL {
        left_out(&subjects, &returns, detectors);
    }
    let frozen = Detector::Signals(MEASURED.clone());
    let told = Outcome::of(&subjects, &returns, |_| (frozen.clone(), THRESHOLD));
    told.print("with the frozen rates and threshold", contributors);
    for threshold in [3.0, 3.5, 4.0, 4.25, 4.5, 5.0] {
        let told = Outcome::of(&subjects, &returns, |_| (frozen.clone(), threshold));
        told.print_short(threshold);
    }
}

fn subjects(home: &Home, repositories: &[NamedRepository]) -> Vec<Subject> {
    let key = past::key(home).expect("a home that may be written to");
    let reader = Reader {
        home,
        key: &key,
        corrections: &Corrections::default(),
        lines: false,
    };
    let loaded = past::corpus(repositories, reader, |_| ());
    for problem in &loaded.problems {
        println!("not read: {}: {}", problem.subject, problem.message);
    }
    let corpus = &loaded.corpus;
    let subject = |project: &bartizan_people::corpus::Project| {
        let is_program = |it| corpus.is_program(it);
        let acts = Acts::of(project, &is_program);
        let authors: BTreeSet<u32> = project.works.iter().map(|it| it.author).collect();
        Subject {
            name: project.name.clone(),
            contributors: authors.into_iter().filter(|it| !is_program(*it)).count(),
            takeovers: takeovers(&acts, SEED, IN_EACH),
            acts,
        }
    };
    corpus.projects.iter().map(subject).collect()
}

/// One detector, with what it needs to know from all projects but the one that it looks at.
fn left_out(subjects: &[Subject], returns: &[Returns<'_>], detectors: Detectors) {
    let contributors: usize = subjects.iter().map(|it| it.contributors).sum();
    let outcome = Outcome::of(subjects, returns, |place| {
        let others = || {
            let others = returns.iter().enumerate().filter(|(it, _)| *it != place);
            others.map(|(_, it)| it)
        };
        let detector = detectors.trained(others());
        let left: usize = contributors - subjects[place].contributors;
        // A tenth of the budget is left for what the other projects do not show.
        let threshold = detector.threshold(others(), left * 9 / 10_000);
        (detector, threshold)
    });
    outcome.print(detectors.name(), contributors);
}

/// What a detector told.
#[derive(Default)]
struct Outcome {
    told: usize,
    held_back: usize,
    /// Projects with more than one alarm in two years, before any is held back.
    crowded: usize,
    /// Takeovers, those that reach the threshold, and those that are told although others were told before.
    found: Vec<(Takeover, bool, bool)>,
    days: Vec<i64>,
}

impl Outcome {
    fn of(
        subjects: &[Subject],
        returns: &[Returns<'_>],
        train: impl Fn(usize) -> (Detector, f64),
    ) -> Self {
        let mut outcome = Self::default();
        for (place, (subject, returns)) in subjects.iter().zip(returns).enumerate() {
            let (detector, threshold) = train(place);
            let alarms = detector.alarms(returns, threshold);
            let told: Vec<&Alarm> = alarms.iter().filter(|it| it.is_told).collect();
            outcome.told += told.len();
            outcome.held_back += alarms.len() - told.len();
            outcome.crowded += usize::from(alarms.len() > told.len());
            for takeover in &subject.takeovers {
                let acts = takeover.acts(&subject.acts);
                let episode = episodes(&acts).pop();
                let at = episode.as_ref().and_then(|it| detector.at(it, threshold));
                let is_quiet = |at: i64| {
                    let mut told = told.iter();
                    told.any(|it| it.at <= at && at - it.at < 730 * 86_400)
                };
                let is_told = at.is_some_and(|it| !is_quiet(it));
                outcome
                    .found
                    .push((takeover.clone(), at.is_some(), is_told));
                outcome
                    .days
                    .extend(at.map(|it| (it - takeover.begin) / 86_400));
            }
        }
        outcome.days.sort_unstable();
        outcome
    }

    fn print_short(&self, threshold: f64) {
        let reach = self.found.iter().filter(|it| it.1).count();
        let told = self.found.iter().filter(|it| it.2).count();
        println!(
            "threshold {threshold}: {} told, {} held back; of takeovers {told} told, {reach} reach it",
            self.told, self.held_back
        );
    }

    fn print(&self, name: &str, contributors: usize) {
        println!(
            "{name}: {} told ({:.2} for 1,000 contributors), {} more held back in {} projects",
            self.told,
            self.told as f64 * 1e3 / contributors as f64,
            self.held_back,
            self.crowded
        );
        for (kind, is_kind) in takeover::KINDS {
            let of_kind = || self.found.iter().filter(|(it, ..)| is_kind(it));
            let (reach, told) = (
                of_kind().filter(|it| it.1).count(),
                of_kind().filter(|it| it.2).count(),
            );
            println!(
                "  {kind}: {} of {} told {}; {reach} reach the threshold {}",
                told,
                of_kind().count(),
                interval(told, of_kind().count()),
                interval(reach, of_kind().count())
            );
        }
        let middle = self.days.get(self.days.len() / 2);
        println!("  days from the first act to the alarm, median: {middle:?}");
    }
}

/// A share with Wilson's interval of 95 %.
fn interval(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "(none)".to_owned();
    }
    let (share, whole) = (part as f64 / whole as f64, whole as f64);
    let z2 = 1.96_f64 * 1.96;
    let middle = (share + z2 / (2.0 * whole)) / (1.0 + z2 / whole);
    let half = 1.96 / (1.0 + z2 / whole)
        * (share * (1.0 - share) / whole + z2 / (4.0 * whole * whole)).sqrt();
    format!("({share:.3}, {:.3} to {:.3})", middle - half, middle + half)
}
