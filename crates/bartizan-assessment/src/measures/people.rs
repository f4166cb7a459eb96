//! Measures of how projects stand on their people. None is about anybody in particular.

use bartizan_model::assessment::{Direction, Measure};

/// Projects whose structural risk is high.
pub static STRUCTURAL_RISK: Measure = Measure {
    id: "structural-risk",
    title: "Projects whose structural risk is high",
    unit: "projects",
    direction: Direction::Down,
    method: "1 for a project in whose history authority has gathered in somebody who is new, or rests on one person's word, while \
             at most two people bring work in (docs/people.md has the rules, fixed before they were measured, and how often they \
             speak of nothing); 0 for another. The parts are the levels: high, raised where two things are fragile, usual. It \
             speaks of how much a project needs a second pair of hands, and says nothing of anybody; nobody is named. Of a group \
             of projects it is their number, out of those whose history is here.",
};

/// The truck factor.
pub static TRUCK_FACTOR: Measure = Measure {
    id: "truck-factor",
    title: "People who would have to go before most files have nobody left who knows them",
    unit: "people",
    direction: Direction::Up,
    method: "By the degree of authorship of every file that is there (Avelino, Passos, Hora, Valente 2016): whoever knows the most \
             files is let go until more than half of the files have nobody who knows them. Merges and programs are left out; the \
             leading repository, as far as its history is here. Knowledge that is in no commit is not seen. Of a group of \
             projects it is the mean.",
};

/// Those who bring work in.
pub static BRING_WORK_IN: Measure = Measure {
    id: "people-who-bring-work-in",
    title: "People who bring work in",
    unit: "people",
    direction: Direction::Up,
    method: "People who brought three works of others, or twelve of their own, into the main line of the leading repository within \
             a year. Where pull requests are squashed by the code host, the history does not say who pressed the button: where that \
             is most of the work, there is no figure. Of a group of projects it is the mean.",
};

/// How much goes through one hand.
pub static ONE_HAND: Measure = Measure {
    id: "work-by-one-hand",
    title: "Work that comes in by one hand",
    unit: "share",
    direction: Direction::Down,
    method: "The part of the works of a year that came into the main line by the hand of whoever brought in most, out of those of \
             which the history says it; no figure where it does not say it of most. Of a group of projects it is the mean.",
};

/// How much review there is for each.
pub static REVIEWS_OF_EACH: Measure = Measure {
    id: "open-reviews-of-each",
    title: "Pull requests that may wait, for each who brings work in",
    unit: "pull requests",
    direction: Direction::Down,
    method: "Pull requests whose heads the clone keeps, that were last touched within a year and are not in the history, divided by \
             the people who bring work in. Git does not say which of them were refused, or went into another branch: it is an upper bound, and a call \
             for help. No figure where it is not known who brings work in. Of a group of projects it is the mean.",
};

/// People on whom several projects stand.
pub static KEEP_SEVERAL: Measure = Measure {
    id: "people-who-keep-several",
    title: "People who keep several projects",
    unit: "people",
    direction: Direction::Neutral,
    method: "People who keep at least two of the projects whose histories are here, out of those who keep one: whoever is among the \
             fewest who wrote half of the works of two years, brought in five works of others in them, or tagged a release. It is \
             counted over all histories at once. More ties projects together; each such person is missed in several at once.",
};

/// Projects that rest on few.
pub static REST_ON_FEW: Measure = Measure {
    id: "projects-that-rest-on-five",
    title: "Projects that rest on the same five people",
    unit: "projects",
    direction: Direction::Down,
    method: "Projects of which five people wrote half of the works of the last two years: chosen one after the other so that each adds \
             most over all histories that are here, which need not be the best choice. Out of the projects in which anything \
             was written. Nobody is named, and nobody is meant to do less: others are meant to do more.",
};
