//! What pull requests proposed that did not come in: precedents of their own kind.
//!
//! Whoever opens pull requests must not teach what is usual, so that nothing of this is counted: neither how often a deed stood
//! nor the surprise depends on it. A proposal is only told beside a deed that is seldom anyway, and as long as no change of the
//! main line has done that deed since the proposal parted from it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    deeds::{Deed, Deeds},
    model::{LEVELS, LONGEST_PATH, Model, Novelty, SELDOM},
};
use crate::lines::cut;

/// How many proposals are learnt.
pub(super) const MOST_PROPOSALS: usize = 200_000;

/// How many rows all of them have together. The largest projects need a few hundred thousand.
pub(super) const MOST_ROWS: usize = 2_000_000;

/// How many deeds of one of them are looked at: whoever proposes a whole library needs no precedent for each of its calls.
const MOST_DEEDS: usize = 1_000;

/// How many rows that makes.
const MOST_OF_ONE: usize = MOST_DEEDS * LEVELS.len();

/// How many proposals of one deed are looked at.
const MOST_ASKED: usize = 100;

/// A pull request that did not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proposal {
    /// When its last commit was made, in seconds since 1970.
    pub time: i64,
    /// Its number.
    pub number: u32,
    /// Its last commit.
    pub head: [u8; 20],
    /// The commit that it stands on.
    pub base: [u8; 20],
    /// How many changes of the main line it stands on.
    pub parted: u32,
}

/// What proposals did that is seldom.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Proposals {
    /// In the order of time, once they are settled.
    pub(super) made: Vec<Proposal>,
    /// By a key and the place of a proposal: the place of a path.
    pub(super) rows: BTreeMap<(u64, u32), u32>,
    pub(super) paths: Vec<String>,
}

/// Who proposed a deed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// How near it is.
    pub nearness: &'static str,
    /// The last of them.
    pub proposal: Proposal,
    /// The file.
    pub path: String,
    /// How many there are, as near as that.
    pub times: usize,
}

impl Model {
    /// The proposals that were learnt.
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals.made
    }

    /// Learns what a proposal does. It makes nothing usual.
    pub fn propose(&mut self, proposal: Proposal, found: &Deeds) {
        let made = &self.proposals.made;
        let is_room = self.proposals.rows.len() + MOST_OF_ONE <= MOST_ROWS;
        if made.len() >= MOST_PROPOSALS || !is_room {
            self.is_full = true;
            return;
        }
        let place = u32::try_from(made.len()).unwrap_or(u32::MAX);
        let mut files: HashMap<usize, u32> = HashMap::new();
        for deed in found.deeds.iter().take(MOST_DEEDS) {
            for key in deed.keys {
                if !self.is_news(key, &proposal) {
                    continue;
                }
                let paths = &mut self.proposals.paths;
                let path = *files.entry(deed.file).or_insert_with(|| {
                    let path = found.files.get(deed.file).map_or("", |it| it.path.as_str());
                    paths.push(cut(path, LONGEST_PATH).to_owned());
                    u32::try_from(paths.len() - 1).unwrap_or(u32::MAX)
                });
                self.proposals.rows.entry((key, place)).or_insert(path);
            }
        }
        self.proposals.made.push(proposal);
    }

    /// Forgets the proposals that are not among these, and what became usual or came in meanwhile. What is left does not depend
    /// on how often something was learnt.
    pub fn settle(&mut self, standing: &HashSet<Proposal>) {
        let made = std::mem::take(&mut self.proposals.made);
        let mut kept: Vec<Proposal> = made
            .iter()
            .filter(|it| standing.contains(it))
            .copied()
            .collect();
        kept.sort_unstable();
        kept.dedup();
        let places: HashMap<Proposal, u32> = kept.iter().copied().zip(0..).collect();
        let mut rows: Vec<((u64, u32), u32)> = Vec::new();
        for ((key, place), path) in std::mem::take(&mut self.proposals.rows) {
            let proposal = made.get(place as usize);
            if let Some(proposal) = proposal.filter(|it| self.is_news(key, it))
                && let Some(place) = places.get(proposal)
            {
                rows.push(((key, *place), path));
            }
        }
        self.proposals.made = kept;
        self.proposals.number_paths(rows);
    }

    /// Says of what is seldom who proposed it before and did not get it in, the change itself left out.
    pub fn recall(&self, novelty: &mut Novelty<'_>, is_itself: impl Fn(&Proposal) -> bool) {
        for it in &mut novelty.seldom {
            it.proposed = self.proposed(it.deed, &is_itself);
        }
    }

    fn proposed(&self, deed: &Deed, is_itself: impl Fn(&Proposal) -> bool) -> Option<Proposed> {
        let mut levels = deed.keys.into_iter().zip(LEVELS);
        levels.find_map(|(key, nearness)| {
            let rows = self.proposals.rows.range((key, 0)..=(key, u32::MAX));
            let told = rows
                .rev()
                .take(MOST_ASKED)
                .filter_map(|((_, place), path)| {
                    let proposal = self.proposals.made.get(*place as usize)?;
                    let is_told = self.is_news(key, proposal) && !is_itself(proposal);
                    is_told.then_some((proposal, path))
                });
            let told: Vec<(&Proposal, &u32)> = told.collect();
            let (proposal, path) = told.first()?;
            Some(Proposed {
                nearness,
                proposal: **proposal,
                path: self.proposals.paths.get(**path as usize)?.clone(),
                times: told.len(),
            })
        })
    }

    /// Whether a proposal says anything of a key: the main line did it seldom, and not since the proposal parted from it.
    fn is_news(&self, key: u64, proposal: &Proposal) -> bool {
        self.seen
            .get(&key)
            .is_none_or(|it| it.count < SELDOM && it.unit < proposal.parted)
    }
}

impl Proposals {
    /// Takes up rows, and only the paths that they name, sorted.
    fn number_paths(&mut self, rows: Vec<((u64, u32), u32)>) {
        let old = std::mem::take(&mut self.paths);
        let name = |path: u32| old.get(path as usize).map_or("", String::as_str);
        let mut named: Vec<&str> = rows.iter().map(|(_, path)| name(*path)).collect();
        named.sort_unstable();
        named.dedup();
        let rows = rows.into_iter().map(|(key, path)| {
            let place = named.binary_search(&name(path)).unwrap_or_default();
            (key, u32::try_from(place).unwrap_or(u32::MAX))
        });
        self.rows = rows.collect();
        self.paths = named.into_iter().map(str::to_owned).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{deeds::deeds, model::Unit},
        *,
    };
    use crate::{
        change::{File, FileChange},
        rule::Rules,
    };

    fn of(path: &str, text: &str) -> Deeds {
        let change = FileChange {
            before: Some(File::new(path, "")),
            after: Some(File::new(path, text)),
        };
        deeds(&[change], Rules::built_in())
    }

    fn proposal(number: u32, parted: u32) -> Proposal {
        Proposal {
            time: i64::from(number) * 86_400,
            number,
            head: [u8::try_from(number).unwrap(); 20],
            base: [0; 20],
            parted,
        }
    }

    /// Eighty usual changes.
    fn model() -> Model {
        let mut model = Model::new();
        for number in 0..80 {
            let unit = Unit {
                commit: [number; 20],
                time: i64::from(number),
            };
            model.learn(unit, &of("lib/a.py", &format!("new_{number}(x)\n")));
        }
        model
    }

    /// What is told of a change that runs a program at installation; the change is pull request 9.
    fn check(model: &Model) -> String {
        let found = of("setup.py", "import subprocess\nsubprocess.run(x)\n");
        let mut novelty = model.novelty(&found);
        model.recall(&mut novelty, |it| it.number == 9);
        let told = novelty.seldom.iter().map(|it| {
            let proposed = it.proposed.as_ref().map_or(String::new(), |it| {
                let number = it.proposal.number;
                format!(", {number} {} {} x{}", it.nearness, it.path, it.times)
            });
            format!("{} {:.1}{proposed}", it.deed.text, it.bits)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    fn settle(model: &mut Model) {
        let all: HashSet<Proposal> = model.proposals().iter().copied().collect();
        model.settle(&all);
    }

    const RUNS: &str = "import subprocess\nsubprocess.run(y)\n";

    #[test]
    fn proposals_are_told_and_make_nothing_usual() {
        let mut model = model();
        let before = check(&model);
        insta::assert_snapshot!(before, @"
        subprocess 7.3
        run programs 7.3
        subprocess.run 7.3
        ");
        for number in 10..60 {
            model.propose(proposal(number, 80), &of("setup.py", RUNS));
        }
        settle(&mut model);
        let told = check(&model);
        insta::assert_snapshot!(told, @"
        subprocess 7.3, 59 in the same folder setup.py x50
        run programs 7.3, 59 in the same folder setup.py x50
        subprocess.run 7.3, 59 in the same folder setup.py x50
        ");
        // Fifty attempts change no figure.
        let bits = |text: &str| -> Vec<String> {
            let lines = text.lines();
            lines
                .map(|it| it.split(',').next().unwrap_or_default().to_owned())
                .collect()
        };
        assert_eq!(bits(&before), bits(&told));
    }

    #[test]
    fn the_nearest_is_told_and_never_the_change_itself() {
        let mut model = model();
        model.propose(proposal(9, 80), &of("setup.py", RUNS));
        assert!(!check(&model).contains(','));
        model.propose(proposal(11, 80), &of("tools/b.py", RUNS));
        model.propose(proposal(10, 80), &of("other/setup.py", RUNS));
        settle(&mut model);
        insta::assert_snapshot!(check(&model), @"
        subprocess 7.3, 10 in such files other/setup.py x1
        run programs 7.3, 10 in such files other/setup.py x1
        subprocess.run 7.3, 10 in such files other/setup.py x1
        ");
    }

    #[test]
    fn what_came_in_since_is_no_precedent() {
        let mut model = model();
        // One that parted before the change of the main line, and one after it.
        model.propose(proposal(10, 80), &of("setup.py", RUNS));
        let unit = Unit {
            commit: [99; 20],
            time: 0,
        };
        model.learn(unit, &of("setup.py", RUNS));
        assert!(!check(&model).contains("10 in the same folder"));
        model.propose(proposal(11, 81), &of("setup.py", RUNS));
        settle(&mut model);
        insta::assert_snapshot!(check(&model), @"
        subprocess 7.3, 11 in the same folder setup.py x1
        run programs 7.3, 11 in the same folder setup.py x1
        subprocess.run 7.3, 11 in the same folder setup.py x1
        ");
        // Nothing is left of what is told no more.
        let rows = model.proposals.rows.keys();
        assert!(rows.clone().all(|(_, place)| *place == 1) && rows.count() > 0);
    }

    #[test]
    fn the_same_is_left_however_often_something_is_learnt() {
        let proposals = [
            (proposal(12, 70), "a/x.py"),
            (proposal(3, 80), "b/x.py"),
            (proposal(7, 80), "a/x.py"),
        ];
        let mut at_once = model();
        for (proposal, path) in &proposals[1..] {
            at_once.propose(*proposal, &of(path, RUNS));
        }
        settle(&mut at_once);
        let mut later = model();
        for (proposal, path) in &proposals {
            later.propose(*proposal, &of(path, RUNS));
            settle(&mut later);
        }
        later.settle(&at_once.proposals().iter().copied().collect());
        assert_eq!(later, at_once);
    }
}
