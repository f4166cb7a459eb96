//! How deep a review of a change should be, and how much review a project has to do.
//!
//! Advice, never a gate: it says how many people should look and at what, with what speaks for it and against it. Being new is
//! neutral, and so is being away: ordinary files get no extra point from anybody. What gets points are files that act on whoever
//! builds, tests or releases (`place`), in the hands of somebody who has not worked on such files here. Correctness
//! is the review's to find; trust changes only how many eyes there are.

mod acquaintance;
mod advice;
mod place;
mod pressure;
mod proposal;
mod survey;

pub use self::{
    acquaintance::{Acquaintance, Elsewhere, Record},
    advice::{Advice, MOST_POINTS, Point, Reason, Standing, advise},
    place::{ALL as PLACES, Place},
    pressure::{Pressure, Quarter, pressure},
    proposal::{Part, Proposal, change_of, proposals},
    survey::{Row, Survey, survey},
};
