//! What of a project's structure is fragile, in words and against how usual that is.
//!
//! Seven questions, each with its own answer and its own base rate; there is no number for all of them. Thresholds were chosen
//! once (`docs/decisions`) and stand as constants beside what they bind.

use super::Structure;

/// So few hands are one vacation away from none, and nobody but the two looks at what either does.
pub(super) const FEW_HANDS: usize = 2;

/// One hand through which this part of the work goes is everybody's door.
pub(super) const ONE_HAND_SHARE: f64 = 0.8;

/// Fewer works within a year are too few to speak of parts of them.
pub(super) const FEWEST_RECENT: usize = 12;

/// Fewer tags within two years say nothing of who else could release.
pub(super) const FEWEST_RELEASES: usize = 2;

/// One question about a project's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Most of the last half year is the work of somebody new, and at most two bring work in.
    Takeover,
    /// Somebody new woke a project that slept.
    Revival,
    /// Somebody came to bring in others' work on the word of one person only, where at most one other does.
    BackedByOne,
    /// One person can go, and most files have nobody left who knows them.
    OneAuthor,
    /// At most two people bring work in.
    FewHands,
    /// Nearly all work goes through one hand.
    OneHand,
    /// One person makes every release.
    OneReleaser,
}

/// Every signal, those that raise the risk by themselves first.
pub const ALL: [Signal; 7] = [
    Signal::Takeover,
    Signal::Revival,
    Signal::BackedByOne,
    Signal::OneAuthor,
    Signal::FewHands,
    Signal::OneHand,
    Signal::OneReleaser,
];

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is.
    Holds,
    /// It is not.
    DoesNot,
    /// The history does not say.
    Unknown,
}

/// How high the structural risk of a project is: how much of a second pair of hands it needs, not how good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing known is fragile, or one thing, as in most projects.
    Usual,
    /// Several things are fragile.
    Raised,
    /// Authority has gathered in somebody whom few have known for long.
    High,
}

/// How usual a signal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseRate {
    /// Of which signal.
    pub signal: Signal,
    /// In how many quarters of projects it held.
    pub held: u32,
    /// In how many it was known.
    pub of: u32,
}

/// Over the histories of fourteen projects of scientific Python, every quarter from a project's third year on, as
/// `scripts/people_structure.py` counts them. Measured once; `docs/people.md` says when and on what.
pub const BASE_RATES: [BaseRate; 7] = [
    rate(Signal::Takeover, 1, 778),
    rate(Signal::Revival, 0, 850),
    rate(Signal::BackedByOne, 9, 674),
    rate(Signal::OneAuthor, 203, 850),
    rate(Signal::FewHands, 92, 669),
    rate(Signal::OneHand, 110, 669),
    rate(Signal::OneReleaser, 208, 522),
];

const fn rate(signal: Signal, held: u32, of: u32) -> BaseRate {
    BaseRate { signal, held, of }
}

impl Structure {
    /// The answer to a question.
    pub fn state(&self, signal: Signal) -> State {
        match signal {
            Signal::Takeover => self.takeover(),
            Signal::Revival => holds_if(self.revival.is_some()),
            Signal::BackedByOne => match self.hands.active() {
                None => State::Unknown,
                Some(_) => holds_if(self.backing.iter().any(super::Backing::rests_on_one)),
            },
            Signal::OneAuthor => known(self.truck.factor, |it| it <= 1),
            Signal::FewHands => known(self.hands.active().filter(|_| self.is_lively()), |it| {
                it.len() <= FEW_HANDS
            }),
            Signal::OneHand => known(
                self.hands.top().filter(|_| self.is_lively()),
                |(_, share)| share >= ONE_HAND_SHARE,
            ),
            Signal::OneReleaser => {
                let by = &self.releases.by;
                known(
                    (by.all >= FEWEST_RELEASES).then_some(by.by.len()),
                    |people| people == 1,
                )
            }
        }
    }

    /// How high the risk is by what is known.
    pub fn level(&self) -> Level {
        let holds = |signal: &Signal| self.state(*signal) == State::Holds;
        let held: Vec<Signal> = ALL.into_iter().filter(holds).collect();
        if held.iter().any(|it| it.is_alarm()) {
            Level::High
        } else if held.len() > 1 {
            Level::Raised
        } else {
            Level::Usual
        }
    }

    /// A newcomer who leads, where so few look at their work that nobody need have. Where the history does not say who brings
    /// work in, it is asked whether anybody else wrote enough to be able to look.
    fn takeover(&self) -> State {
        if !self.window.is_telling {
            return State::Unknown;
        }
        let few = match self.hands.active() {
            Some(active) => active.len() <= FEW_HANDS,
            None => self.regulars() <= FEW_HANDS,
        };
        holds_if(self.window.newcomer.is_some() && few)
    }

    /// How many wrote something in each month of the last year, on average.
    fn regulars(&self) -> usize {
        let by = self.recent.by.iter();
        by.filter(|(_, count)| *count >= FEWEST_RECENT).count()
    }

    fn is_lively(&self) -> bool {
        self.recent.all >= FEWEST_RECENT
    }
}

impl Signal {
    /// Whether it raises the risk by itself: authority has moved, or rests on one person's word.
    pub fn is_alarm(self) -> bool {
        matches!(self, Self::Takeover | Self::Revival | Self::BackedByOne)
    }

    /// How usual it is.
    pub fn base_rate(self) -> BaseRate {
        let found = BASE_RATES.into_iter().find(|it| it.signal == self);
        found.unwrap_or(rate(self, 0, 0))
    }

    /// Its word, which stays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Takeover => "newcomer-leads",
            Self::Revival => "revived-by-newcomer",
            Self::BackedByOne => "backed-by-one",
            Self::OneAuthor => "one-author",
            Self::FewHands => "few-hands",
            Self::OneHand => "one-hand",
            Self::OneReleaser => "one-releaser",
        }
    }

    /// What it means when it holds.
    pub fn title(self) -> &'static str {
        match self {
            Self::Takeover => {
                "Most recent work is by somebody known for less than two years, and at most two people bring work in"
            }
            Self::Revival => {
                "The project had slept for a year, and most work since is by somebody who is new"
            }
            Self::BackedByOne => {
                "Somebody came to bring in others' work on one person's word, and at most one other person does"
            }
            Self::OneAuthor => "When one person goes, most files have nobody left who knows them",
            Self::FewHands => "At most two people bring work in",
            Self::OneHand => "At least four fifths of the work come in by one person's hand",
            Self::OneReleaser => "One person makes every release",
        }
    }

    /// What helps.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Takeover => {
                "have a second person look at what comes in, and at each release, and ask for help where there is none"
            }
            Self::Revival => {
                "have somebody from outside look at what changed since, and at the next release"
            }
            Self::BackedByOne => {
                "have a second person, from another project if need be, look at what the newest maintainer brings in and releases"
            }
            Self::OneAuthor => {
                "review in pairs in the parts that one person knows, and write down what only they know"
            }
            Self::FewHands => {
                "invite a further maintainer, and tell those who stand on the project that one is needed"
            }
            Self::OneHand => "let others merge what they have reviewed",
            Self::OneReleaser => {
                "release from a workflow that two people must approve, and let a second person make the next one"
            }
        }
    }
}

impl State {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNot => "does-not",
            Self::Unknown => "unknown",
        }
    }
}

impl Level {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Raised => "raised",
            Self::High => "high",
        }
    }
}

fn holds_if(is: bool) -> State {
    if is { State::Holds } else { State::DoesNot }
}

fn known<T>(value: Option<T>, holds: impl Fn(T) -> bool) -> State {
    value.map_or(State::Unknown, |it| holds_if(holds(it)))
}
