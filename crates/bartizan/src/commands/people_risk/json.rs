//! The same as JSON.

use std::collections::HashMap;

use bartizan_people::{
    corpus::PersonNumber,
    review::Pressure,
    structure::{ALL_SIGNALS, Newcomer, Signal, State, Structure, Tally},
};
use serde::Serialize;

use super::{Answer, Told};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    as_of: String,
    contributors: usize,
    projects: Vec<ProjectJson>,
    problems: Vec<ProblemJson>,
}

#[derive(Serialize)]
struct ProblemJson {
    subject: String,
    message: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct ProjectJson {
    project: String,
    head: String,
    level: &'static str,
    signals: Vec<SignalJson>,
    figures: Figures,
    review: Option<Review>,
    history: Vec<QuarterJson>,
    private: Option<Private>,
}

#[derive(Serialize)]
struct SignalJson {
    signal: &'static str,
    state: &'static str,
    is_alarm: bool,
    title: &'static str,
    because: String,
    against: Option<String>,
    remedy: &'static str,
    base_rate: Rate,
}

#[derive(Serialize)]
struct Rate {
    held: u32,
    of: u32,
}

#[derive(Serialize)]
struct Figures {
    first: Option<String>,
    last: Option<String>,
    contributors: usize,
    works: usize,
    authors: usize,
    top_author_share: Option<f64>,
    truck_factor: Option<usize>,
    files: usize,
    hands: Option<usize>,
    top_hand_share: Option<f64>,
    works_without_named_hand: usize,
    releases: usize,
    releasers: usize,
    signed_releases: usize,
    signing_keys: usize,
    window: WindowJson,
    newest_hands: Vec<BackingJson>,
}

#[derive(Serialize)]
struct WindowJson {
    works: usize,
    authors: usize,
    top_share: Option<f64>,
    top_known_days: Option<i64>,
    /// Another number for each person in this document, in the order in which they lead a window.
    top: Option<usize>,
    is_telling: bool,
}

#[derive(Serialize)]
struct BackingJson {
    days_before: i64,
    works_before: usize,
    backers: usize,
    works_unbacked: usize,
    others_now: usize,
    rests_on_one: bool,
}

#[derive(Serialize)]
struct Review {
    unseen: usize,
    taken_in: usize,
    hands: Option<usize>,
    of_each: Option<f64>,
    waited_days_half: Option<f64>,
    waited_days_nine_tenths: Option<f64>,
    one_hand: Option<f64>,
    quarters: Vec<ReviewQuarter>,
}

#[derive(Serialize)]
struct ReviewQuarter {
    end: String,
    begun: usize,
    taken_in: usize,
    hands: Option<usize>,
}

#[derive(Serialize)]
struct QuarterJson {
    as_of: String,
    level: &'static str,
    holds: Vec<&'static str>,
    unknown: Vec<&'static str>,
    /// Of whom each alarm speaks, by numbers of this document.
    alarms: Vec<Alarm>,
    window: WindowJson,
    hands: Option<usize>,
    truck_factor: Option<usize>,
    contributors: usize,
}

#[derive(Serialize)]
struct Alarm {
    signal: &'static str,
    who: usize,
}

#[derive(Serialize)]
struct Private {
    newcomers: Vec<String>,
    backed_by_one: Vec<String>,
    missed_most: Vec<String>,
    hands: Vec<Named>,
    releasers: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    count: usize,
}

/// Numbers of this document for persons, in the order in which they are needed: they say who is the same, and not who it is.
#[derive(Default)]
struct Numbers(HashMap<PersonNumber, usize>);

impl Numbers {
    fn of(&mut self, person: PersonNumber) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(person).or_insert(next)
    }
}

pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let mut numbers = Numbers::default();
    let projects = answer.projects.iter();
    let problems = answer.problems.iter().map(|it| ProblemJson {
        subject: it.subject.clone(),
        message: it.message.clone(),
        hint: it.hint.clone(),
    });
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        as_of: answer.as_of.to_string(),
        contributors: answer.contributors(),
        projects: projects
            .map(|it| project(answer, it, &mut numbers))
            .collect(),
        problems: problems.collect(),
    })
}

fn project(answer: &Answer, told: &Told, numbers: &mut Numbers) -> ProjectJson {
    let structure = &told.structure;
    ProjectJson {
        project: told.name.clone(),
        head: told.head.clone(),
        level: structure.level().as_str(),
        signals: ALL_SIGNALS
            .into_iter()
            .map(|it| signal(structure, it))
            .collect(),
        history: told.history.iter().map(|it| quarter(it, numbers)).collect(),
        figures: figures(structure, numbers),
        review: told.pressure.as_ref().map(review),
        private: answer.is_private.then(|| private(answer, structure)),
    }
}

fn signal(structure: &Structure, signal: Signal) -> SignalJson {
    let state = structure.state(signal);
    let rate = signal.base_rate();
    SignalJson {
        signal: signal.as_str(),
        state: state.as_str(),
        is_alarm: signal.is_alarm(),
        title: signal.title(),
        because: structure.because(signal),
        against: structure.against(signal).filter(|_| state == State::Holds),
        remedy: signal.remedy(),
        base_rate: Rate {
            held: rate.held,
            of: rate.of,
        },
    }
}

fn figures(structure: &Structure, numbers: &mut Numbers) -> Figures {
    let releases = &structure.releases;
    Figures {
        first: structure.first.map(|it| it.to_string()),
        last: structure.last.map(|it| it.to_string()),
        contributors: structure.contributors,
        works: structure.recent.all,
        authors: structure.recent.by.len(),
        top_author_share: structure.recent.top().map(|(_, share)| rounded(share)),
        truck_factor: structure.truck.factor,
        files: structure.truck.files,
        hands: structure.hands.active().map(|it| it.len()),
        top_hand_share: structure.hands.top().map(|(_, share)| rounded(share)),
        works_without_named_hand: structure.hands.unnamed,
        releases: releases.by.all,
        releasers: releases.by.by.len(),
        signed_releases: releases.signed,
        signing_keys: releases.keys,
        window: window(structure, numbers),
        newest_hands: structure
            .backing
            .iter()
            .map(|it| BackingJson {
                days_before: it.days_before,
                works_before: it.works_before,
                backers: it.backers.len(),
                works_unbacked: it.unbacked,
                others_now: it.others_now,
                rests_on_one: it.rests_on_one(),
            })
            .collect(),
    }
}

fn window(structure: &Structure, numbers: &mut Numbers) -> WindowJson {
    let window = &structure.window;
    let top = window.by.top();
    WindowJson {
        works: window.by.all,
        authors: window.by.by.len(),
        top_share: top.map(|(_, share)| rounded(share)),
        top_known_days: window.top_known_days,
        top: top.map(|(person, _)| numbers.of(person)),
        is_telling: window.is_telling,
    }
}

fn quarter(structure: &Structure, numbers: &mut Numbers) -> QuarterJson {
    let with = |state: State| {
        let all = ALL_SIGNALS.into_iter();
        let all = all.filter(|it| structure.state(*it) == state);
        all.map(Signal::as_str).collect()
    };
    let mut alarms = Vec::new();
    let mut alarm = |signal: Signal, who: &mut dyn Iterator<Item = PersonNumber>| {
        if structure.state(signal) == State::Holds {
            alarms.extend(who.map(|it| Alarm {
                signal: signal.as_str(),
                who: numbers.of(it),
            }));
        }
    };
    let person = |it: &Newcomer| it.person;
    alarm(
        Signal::Takeover,
        &mut structure.window.newcomer.iter().map(person),
    );
    alarm(Signal::Revival, &mut structure.revival.iter().map(person));
    let backed = structure.backing.iter().filter(|it| it.rests_on_one());
    alarm(Signal::BackedByOne, &mut backed.map(|it| it.person));
    QuarterJson {
        as_of: structure.as_of.to_string(),
        level: structure.level().as_str(),
        holds: with(State::Holds),
        unknown: with(State::Unknown),
        alarms,
        window: window(structure, numbers),
        hands: structure.hands.active().map(|it| it.len()),
        truck_factor: structure.truck.factor,
        contributors: structure.contributors,
    }
}

fn review(pressure: &Pressure) -> Review {
    Review {
        unseen: pressure.unseen,
        taken_in: pressure.taken_in,
        hands: pressure.hands,
        of_each: pressure.of_each().map(rounded),
        waited_days_half: pressure.waited.map(|(half, _)| rounded(half)),
        waited_days_nine_tenths: pressure.waited.map(|(_, most)| rounded(most)),
        one_hand: pressure.one_hand.map(rounded),
        quarters: pressure
            .quarters
            .iter()
            .map(|it| ReviewQuarter {
                end: it.end.to_string(),
                begun: it.begun,
                taken_in: it.taken_in,
                hands: it.hands,
            })
            .collect(),
    }
}

fn private(answer: &Answer, structure: &Structure) -> Private {
    let name = |person: PersonNumber| answer.name(person).unwrap_or_default().to_owned();
    let named = |tally: &Tally| {
        let by = tally.by.iter().map(|(person, count)| Named {
            name: name(*person),
            count: *count,
        });
        by.collect()
    };
    let newcomers = structure.window.newcomer.iter().chain(&structure.revival);
    let backed = structure.backing.iter().filter(|it| it.rests_on_one());
    Private {
        newcomers: newcomers.map(|it| name(it.person)).collect(),
        backed_by_one: backed.map(|it| name(it.person)).collect(),
        missed_most: structure.truck.people.iter().map(|it| name(*it)).collect(),
        hands: named(&structure.hands.of_all),
        releasers: named(&structure.releases.by),
    }
}

/// Three digits say all that there is to say.
fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
