//! What pull requests propose that did not come in, as it becomes known: from the date of the last commit, and not before what it
//! stands on has come in. Which of them did not come in is what is known today: one that came in later is not told as waiting
//! meanwhile.

use std::{collections::VecDeque, error::Error, path::Path};

use bartizan_review::{
    change::FileChange,
    novelty::{Deeds, Model, Proposal, deeds},
    rule::Rules,
};
use bartizan_sources::past::{Step, abreast, unmerged};

/// What pull requests propose that did not come in, in the order in which it becomes known.
#[derive(Default)]
pub(crate) struct Proposed(VecDeque<(usize, Proposal, Deeds)>);

impl Proposed {
    pub(crate) fn of(path: &Path, steps: &[Step], rules: &Rules) -> Result<Self, Box<dyn Error>> {
        let (all, heads) = unmerged(path, steps)?;
        eprintln!("{}: {heads:?}", path.display());
        // Clocks of committers go wrong: what is known once is known later.
        let mut latest = i64::MIN;
        let times = steps.iter().map(|step| {
            latest = latest.max(step.time);
            latest
        });
        let times: Vec<i64> = times.collect();
        let mut known: Vec<(usize, Proposal, Deeds)> = Vec::new();
        let changes: Vec<Step> = all.iter().map(|it| it.step.clone()).collect();
        let mut next = all.iter();
        let look = |_: &Step, changes: Vec<FileChange>| deeds(&changes, rules);
        abreast(path, &changes, look, |_, found| {
            let proposal = next.next().unwrap().proposal;
            let by_time = times.partition_point(|it| *it < proposal.time);
            known.push((by_time.max(proposal.parted as usize), proposal, found));
            true
        })?;
        known.sort_by_key(|(since, proposal, _)| (*since, *proposal));
        Ok(Self(known.into()))
    }

    /// Has the model learn what is known before a change with this place is judged.
    pub(crate) fn learn(&mut self, place: usize, model: &mut Model) {
        while let Some((since, _, _)) = self.0.front()
            && *since <= place
            && let Some((_, proposal, found)) = self.0.pop_front()
        {
            model.propose(proposal, &found);
        }
        // What became usual takes room.
        if place.is_multiple_of(2_000) {
            let all = model.proposals().iter().copied().collect();
            model.settle(&all);
        }
    }
}
