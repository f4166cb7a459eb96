//! What a change introduces that deserves the eyes of an expert, and in which order to look.
//!
//! Pure: the caller reads both sides of a change and hands them over file by file ([`change`]); rules ([`rule`]) say what was
//! seen on each side, and what stood there before, moved, renamed or laid out anew, is taken away ([`introduced`]). What is
//! left has a score whose shares are shown ([`score`]). Nothing here judges who wrote it.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod capability;
pub mod change;
mod code;
mod detect;
pub mod diff;
mod flow;
pub mod front;
pub mod introduced;
pub mod kind;
mod lines;
mod mentions;
pub mod novelty;
pub mod order;
pub mod queue;
pub mod review;
pub mod rule;
pub mod score;
pub mod sighting;
pub mod suppression;
mod tokens;
pub mod verdict;

pub use review::{Entry, Outside, Report, Review, SideOf};
