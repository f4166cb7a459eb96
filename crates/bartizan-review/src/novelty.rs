//! What a change does that its project never or seldom did.
//!
//! A change is taken for what it newly does ([`deeds()`]): imports, calls, words of builds, hosts, forms of files, shapes of
//! lines. A [`model`] counts in how many changes of the project, of the kind of file and of the folder each of them stood, and
//! how often changes do something as seldom as that. The surprise of a deed is how seldom that is, in bits: a project that
//! calls new functions every day is not surprised by one, and by a program that its setup starts it is. What was
//! proposed and did not come in is remembered apart ([`Proposal`]) and never counted. Nothing is judged, and nobody's name comes in.

mod counts;
pub mod deeds;
mod imports;
pub mod kept;
pub mod model;
mod moved;
mod proposals;
mod shapes;
mod words;

pub use self::{
    counts::Counts,
    deeds::{Deed, DeedKind, Deeds, deeds},
    kept::KeptError,
    model::{Model, Novelty, Precedent, Seldom, Unit},
    proposals::{Proposal, Proposed},
};

/// The version of what deeds are and how they are counted. A model of another version is refused.
pub const VERSION: u32 = 3;
