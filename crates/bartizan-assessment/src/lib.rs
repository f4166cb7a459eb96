//! From sources to what an assessment says of each project of an ecosystem.
//!
//! One project after another is looked at: its releases and files on the package index, what comes along with the latest
//! of them, the advisories about all of it, the tags of its repository, the standards that it endorses, declares
//! and was measured to meet, how it stands on its people, what waits for a review, how access stands. What cannot be had
//! is a problem of the project and the rest still stands; what one project costs, no other pays. The parts that judge are
//! pure functions of capability crates; here they get their facts. Nothing here reads a clock or the environment.

pub mod access;
pub mod artifact;
pub mod bills;
pub mod closure;
mod gather;
pub mod ledger;
pub mod libraries;
pub mod matrix;
pub mod measures;
pub mod people;
pub mod posture;
pub mod project;
pub mod repository;
pub mod review;
pub mod run;
pub mod sources;
pub mod standards;
