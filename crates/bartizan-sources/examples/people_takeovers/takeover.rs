//! Takeovers that never happened: one person's later work behind another's last act.

use bartizan_people::anomaly::{Act, Acts, EPISODE_DAYS, FEWEST_ACTS, SILENCE_DAYS};

const DAY: i64 = 86_400;

/// Whoever works on somebody's account did at least so much in a quarter.
const FEWEST_OF_DONOR: usize = 5;

/// A takeover.
#[derive(Debug, Clone)]
pub(crate) struct Takeover {
    victim: u32,
    donor: u32,
    /// The first act after it.
    pub(crate) begin: i64,
    /// What the donor did in the quarter.
    pub(crate) count: usize,
    uses_rights: bool,
    had_rights: bool,
    touches_sensitive: bool,
}

/// Takeovers of a kind.
type IsKind = fn(&Takeover) -> bool;

/// What is told apart in the answer.
pub(crate) const KINDS: [(&str, IsKind); 8] = [
    ("all", |_| true),
    ("ten acts or more", |it| it.count >= 10),
    ("twenty acts or more", |it| it.count >= 20),
    ("a right is used", |it| it.uses_rights),
    ("a right is used that the account never used", |it| {
        it.uses_rights && !it.had_rights
    }),
    ("the account had used rights", |it| it.had_rights),
    ("sensitive files are touched", |it| it.touches_sensitive),
    (
        "quiet: fewer than ten acts, no right, no sensitive file",
        |it| it.count < 10 && !it.uses_rights && !it.touches_sensitive,
    ),
];

/// Makes takeovers up.
pub(crate) fn takeovers(acts: &Acts, seed: u64, wanted: usize) -> Vec<Takeover> {
    let second = |it: &Act| it.time.as_second();
    let Some(end) = acts.of_person.values().flatten().map(second).max() else {
        return Vec::new();
    };
    let last = |list: &[Act]| list.last().map_or(i64::MAX, second);
    let victims: Vec<(u32, i64)> = acts
        .of_person
        .iter()
        .filter(|(_, list)| list.len() >= FEWEST_ACTS)
        .map(|(person, list)| (*person, last(list).saturating_add(SILENCE_DAYS * DAY)))
        .filter(|(_, from)| *from < end - EPISODE_DAYS * DAY)
        .collect();
    let mut dice = Dice(seed);
    let mut made = Vec::new();
    for _ in 0..wanted * 30 {
        if made.len() == wanted || victims.is_empty() {
            break;
        }
        let (victim, from) = victims[dice.below(victims.len())];
        let span = end - EPISODE_DAYS * DAY - from;
        let at = from + dice.below(span.try_into().unwrap_or(1)) as i64;
        let others = acts.of_person.iter().filter(|(it, _)| **it != victim);
        let donors: Vec<(u32, &[Act])> = others
            .map(|(person, list)| (*person, within(list, at)))
            .filter(|(_, work)| work.len() >= FEWEST_OF_DONOR)
            .collect();
        if donors.is_empty() {
            continue;
        }
        let (donor, work) = donors[dice.below(donors.len())];
        let past = &acts.of_person[&victim];
        made.push(Takeover {
            victim,
            donor,
            begin: second(&work[0]),
            count: work.len(),
            uses_rights: work.iter().any(|it| it.right.is_some()),
            had_rights: past.iter().any(|it| it.right.is_some()),
            touches_sensitive: work.iter().any(|it| !it.sensitive.is_empty()),
        });
    }
    made
}

/// What somebody did in the quarter from a time on.
fn within(list: &[Act], at: i64) -> &[Act] {
    let before = |end: i64| list.partition_point(|it| it.time.as_second() < end);
    &list[before(at)..before(at + EPISODE_DAYS * DAY)]
}

impl Takeover {
    /// All that the account seems to have done.
    pub(crate) fn acts(&self, acts: &Acts) -> Vec<Act> {
        let mut all = acts.of_person[&self.victim].clone();
        all.extend_from_slice(within(&acts.of_person[&self.donor], self.begin));
        all
    }
}

/// `SplitMix64`: the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end.max(1) as u64).unwrap_or_default()
    }
}
