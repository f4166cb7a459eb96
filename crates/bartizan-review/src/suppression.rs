//! Comments that set entries aside: `bartizan: ignore[RULE] reason, until 2027-01-01`, on the line itself or on the line before.
//!
//! A mark that comes with the change sets nothing aside: whoever plants something could write it as well. It counts where the same
//! mark stood in the file before and set an entry of the same rule aside there; one without a reason, or whose day is over, never
//! counts. What is set aside, and what every mark came to, is told.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{detect::Subject, sighting::Sighting};

/// How many marks of one side are kept.
const MOST_MARKS: usize = 10_000;

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The file.
    pub path: String,
    /// Its line, from 1.
    pub line: u32,
    /// The rules.
    pub rules: Vec<String>,
    /// Why; empty where nothing is said.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Whether the whole file was at hand.
    pub(crate) is_of_whole_file: bool,
    /// Whether nothing but the comment stands on its line, so that it is about the next one.
    pub(crate) is_alone: bool,
}

/// What a mark came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It sets aside what it names.
    Counts,
    /// It comes with the change, and sets nothing aside in it.
    Added,
    /// Its day is over.
    Expired,
    /// It gives no reason, or a day that is none.
    Malformed,
    /// There is nothing that it could set aside.
    Unused,
}

/// When marks count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// The day that counts as today; without one no mark ends.
    pub today: Option<Date>,
    /// Whether everything is looked at as if it were new, so that nothing says what a mark came with.
    pub is_whole: bool,
}

impl Standing {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Added => "added-in-this-change",
            Self::Expired => "expired",
            Self::Malformed => "malformed",
            Self::Unused => "unused",
        }
    }
}

/// The marks of both sides while files come in.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    before: Vec<Mark>,
    after: Vec<Mark>,
}

impl Marks {
    /// Takes in those of a file.
    pub(crate) fn read(&mut self, before: Option<&Subject<'_>>, after: &Subject<'_>) {
        if let Some(before) = before {
            take(&mut self.before, before);
        }
        take(&mut self.after, after);
    }

    /// What each mark came to, by what rules saw before and afterwards.
    pub(crate) fn judge(
        self,
        terms: Terms,
        before: &[Sighting<'_>],
        after: [&[Sighting<'_>]; 2],
    ) -> Judged {
        let mut known: BTreeMap<Text, usize> = BTreeMap::new();
        let places = Places::of([before, &[]]);
        for mark in self.before.iter().filter(|it| places.holds(it)) {
            *known.entry(text(mark)).or_default() += 1;
        }
        let places = Places::of(after);
        let marks = self.after.into_iter().map(|mark| {
            let standing = if mark.reason.is_empty() {
                Standing::Malformed
            } else if terms.today > mark.until && mark.until.is_some() {
                Standing::Expired
            } else if mark.is_of_whole_file && !places.holds(&mark) {
                Standing::Unused
            } else if terms.is_whole || take_one(&mut known, &text(&mark)) {
                Standing::Counts
            } else {
                Standing::Added
            };
            (mark, standing)
        });
        Judged::of(marks.collect())
    }
}

/// Marks with what they came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    pub(crate) marks: Vec<(Mark, Standing)>,
    /// The numbers of those that count, by the lines that they are about.
    by_place: BTreeMap<(String, u32), Vec<usize>>,
}

impl Judged {
    fn of(marks: Vec<(Mark, Standing)>) -> Self {
        let mut by_place: BTreeMap<(String, u32), Vec<usize>> = BTreeMap::new();
        for (number, (mark, standing)) in marks.iter().enumerate() {
            if *standing != Standing::Counts {
                continue;
            }
            for line in mark.lines() {
                let place = by_place.entry((mark.path.clone(), line)).or_default();
                place.push(number);
            }
        }
        Self { marks, by_place }
    }

    /// The mark that sets a sighting aside.
    pub(crate) fn over(&self, it: &Sighting<'_>) -> Option<&Mark> {
        if self.by_place.is_empty() {
            return None;
        }
        let numbers = self.by_place.get(&(it.path.clone(), it.line?))?;
        let mut marks = numbers.iter().filter_map(|it| self.marks.get(*it));
        let found = marks.find(|(mark, _)| mark.rules.contains(&it.rule.id));
        found.map(|(mark, _)| mark)
    }
}

impl Mark {
    /// The lines that it is about.
    fn lines(&self) -> impl Iterator<Item = u32> + use<> {
        let next = self.is_alone.then(|| self.line.saturating_add(1));
        [Some(self.line), next].into_iter().flatten()
    }
}

/// What makes two marks the same one: file, rules, reason, day.
type Text = (String, Vec<String>, String, Option<Date>);

fn text(mark: &Mark) -> Text {
    (
        mark.path.clone(),
        mark.rules.clone(),
        mark.reason.clone(),
        mark.until,
    )
}

fn take_one(known: &mut BTreeMap<Text, usize>, text: &Text) -> bool {
    match known.get_mut(text) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn take(marks: &mut Vec<Mark>, subject: &Subject<'_>) {
    let Some(text) = subject.text else {
        return;
    };
    let left = MOST_MARKS.saturating_sub(marks.len());
    let found = read::marks(text).take(left).map(|it| Mark {
        path: subject.file.path.clone(),
        is_of_whole_file: subject.is_whole,
        ..it
    });
    marks.extend(found);
}

/// Where rules saw something.
struct Places<'a>(BTreeSet<(&'a str, u32, &'a str)>);

impl<'a> Places<'a> {
    fn of(sightings: [&'a [Sighting<'_>]; 2]) -> Self {
        let places = sightings.into_iter().flatten();
        Self(
            places
                .filter_map(|it| Some((it.path.as_str(), it.line?, it.rule.id.as_str())))
                .collect(),
        )
    }

    fn holds(&self, mark: &Mark) -> bool {
        mark.lines().any(|line| {
            let mut rules = mark.rules.iter();
            rules.any(|rule| self.0.contains(&(mark.path.as_str(), line, rule.as_str())))
        })
    }
}

#[cfg(test)]
mod tests;
