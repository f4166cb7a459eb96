//! What advice every pull request of a project would have had, counted: whom it asks more of, and how often.
//!
//! Advice that costs newcomers more than others for the same files is wrong, whatever it finds. This counts it, over what
//! really happened, with what was known at the time of each.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{
    acquaintance::Acquaintance,
    advice::{Advice, MOST_POINTS, Reason, Standing, advise},
    proposal::Proposal,
};
use crate::{
    corpus::{Corpus, Project},
    structure::{Known, Level, Timeline},
};

/// Pull requests by who leads them, by whether they touch what acts on others' machines, and by points.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// How many had so many points.
    pub rows: BTreeMap<Row, [usize; MOST_POINTS + 1]>,
    /// How often each reason was given.
    pub reasons: BTreeMap<(&'static str, Reason), usize>,
    /// Those that came in, of each row.
    pub taken_in: BTreeMap<Row, usize>,
}

/// Which pull requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// How long the project had known whoever changed most files.
    pub standing: &'static str,
    /// Whether only ordinary files are touched.
    pub is_ordinary: bool,
}

/// Advice on every pull request of a project by what was known when its last commit was made. `quarters` are the moments, the
/// oldest first, at which the structural risk of the project is asked for.
pub fn survey(
    (corpus, project, known): (&Corpus, &Project, &Known),
    proposals: &[Proposal],
    quarters: &[Timestamp],
) -> Survey {
    let mut acquaintance = Acquaintance::new(corpus, project);
    let mut timeline = Timeline::new(corpus, project, known);
    let mut quarters = quarters.iter().copied().peekable();
    let mut is_fragile = false;
    let mut survey = Survey::default();
    let asked = |it: &&Proposal| {
        it.taken_in
            .map_or(it.last, |taken_in| taken_in.min(it.last))
    };
    let mut proposals: Vec<&Proposal> = proposals.iter().collect();
    proposals.sort_by_key(|it| (asked(it), it.pull));
    for proposal in proposals {
        let now = asked(&proposal);
        while let Some(quarter) = quarters.next_if(|it| *it <= now) {
            is_fragile = timeline.at(quarter).level() == Level::High;
        }
        acquaintance.read_before(now);
        if let Some(part) = proposal.parts.first() {
            let advice = advise(&acquaintance, (proposal, part), is_fragile, now);
            survey.count(&advice, proposal.taken_in.is_some());
        }
    }
    survey
}

impl Survey {
    fn count(&mut self, advice: &Advice, is_in: bool) {
        let row = Row {
            standing: advice.standing.as_str(),
            is_ordinary: advice.places.is_empty(),
        };
        let points = self.rows.entry(row).or_default();
        if let Some(count) = points.get_mut(advice.points.len()) {
            *count += 1;
        }
        *self.taken_in.entry(row).or_default() += usize::from(is_in);
        for point in &advice.points {
            *self
                .reasons
                .entry((row.standing, point.reason))
                .or_default() += 1;
        }
    }

    /// The points that half of those have at most who are of a standing and touch only ordinary files, or not only.
    pub fn median(&self, standing: &Standing, is_ordinary: bool) -> Option<usize> {
        let row = Row {
            standing: standing.as_str(),
            is_ordinary,
        };
        let counts = self.rows.get(&row)?;
        let all: usize = counts.iter().sum();
        let mut sum = 0;
        counts.iter().position(|count| {
            sum += count;
            sum * 2 >= all && all > 0
        })
    }
}
