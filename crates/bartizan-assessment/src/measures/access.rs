//! Measures of who has access. Numbers only: nobody is named, and of fewer than five people there is none.

use bartizan_model::assessment::{Direction, Measure};

/// Rights that nobody used, by quarter too.
pub static STALE_GRANTS: Measure = Measure {
    id: "stale-grants",
    title: "Rights that nobody used",
    unit: "rights",
    direction: Direction::Down,
    method: "Rights that people hold in the organisations of the leading repositories (memberships, teams, grants of their own) \
             and that no act needed for six months, or as long as the organisation's profile says for the role; out of those of \
             which it is known. A right is called unused only where everything was read that could have shown its use; the parts \
             tell what is used, not used, not known and not judged. By the last survey; there is a figure for each quarter with \
             what was known at its end. Of fewer than five people nothing is counted. Of a group of projects it is the sum over \
             their organisations, each once.",
};

/// Rights that nobody used when it was looked for the first time.
pub static STALE_GRANTS_AT_FIRST: Measure = Measure {
    id: "stale-grants-at-first",
    title: "Rights that nobody used at the first survey",
    unit: "rights",
    direction: Direction::Neutral,
    method: "The same as `stale-grants`, at the first survey of each organisation: what later surveys are held against. An \
             organisation that was surveyed once counts as it is. Of a group of projects it is the sum over their organisations, \
             each once.",
};

/// People with a second factor, by quarter too.
pub static SECOND_FACTORS: Measure = Measure {
    id: "second-factors",
    title: "People with access who use a second factor",
    unit: "people",
    direction: Direction::Up,
    method: "Members and outside collaborators of the organisations of the leading repositories with a second factor that nothing is \
             said against, out of those of whom the host tells it. The parts are those with one, with one that can be taken over, \
             without one, and not known: the host tells owners only. It was read by a survey, or owners stated it in a signed \
             summary of numbers. There is a figure for each quarter with what was known at its end. Of fewer than five people \
             nothing is counted. Of a group of projects it is the sum over their organisations, each once.",
};

/// Projects all of whose people use a second factor.
pub static SECOND_FACTOR: Measure = Measure {
    id: "second-factor",
    title: "Projects all of whose people use a second factor",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project of whose organisations every member and outside collaborator uses a second factor that nothing is said \
             against; 0 where somebody has none, or one that can be taken over; no figure where nobody is known to lack one and it \
             is not known of everybody. Of a group of projects it is their number, out of those of which it is known.",
};

/// Organisations that require a second factor.
pub static SECOND_FACTOR_REQUIRED: Measure = Measure {
    id: "second-factor-required",
    title: "Organisations that require a second factor",
    unit: "organisations",
    direction: Direction::Up,
    method: "Organisations of the leading repositories whose setting lets nobody in without a second factor, out of those of which \
             the host or a signed summary tells it. Switching it on is for an owner: no program can. Of a group of projects it is \
             the number of their organisations, each once.",
};
