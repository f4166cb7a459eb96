//! Counts of several times: what holds now, what held at the end of each quarter, and how it began.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::Counts;

/// The counts of one organisation, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course(Vec<Counts>);

impl Course {
    /// The course of each organisation, by name. Counts of too few people are left out.
    pub fn of_each(counts: impl IntoIterator<Item = Counts>) -> BTreeMap<String, Self> {
        let mut courses: BTreeMap<String, Self> = BTreeMap::new();
        for it in counts.into_iter().filter(Counts::is_public) {
            let name = it.organisation.to_string();
            courses.entry(name).or_default().0.push(it);
        }
        for course in courses.values_mut() {
            // What came last stands for its moment.
            course.0.sort_by_key(|it| it.taken);
        }
        courses
    }

    /// The same, as far as it was known before a time.
    #[must_use]
    pub fn before(&self, end: Timestamp) -> Self {
        Self(self.0.iter().filter(|it| it.taken < end).cloned().collect())
    }

    /// What is known of second factors now.
    pub fn newest(&self) -> Option<&Counts> {
        self.0.last()
    }

    /// The newest in which rights were judged.
    pub fn newest_judged(&self) -> Option<&Counts> {
        self.0.iter().rev().find(|it| it.rights.is_some())
    }

    /// The first in which rights were judged.
    pub fn first_judged(&self) -> Option<&Counts> {
        self.0.iter().find(|it| it.rights.is_some())
    }

    /// When it was looked, the earliest first.
    pub fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(|it| it.taken)
    }
}
