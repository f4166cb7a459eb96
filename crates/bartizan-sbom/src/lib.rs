//! Bills of materials (SCV1): whether one is valid by the official schemas, complete by what authorities ask for, and true
//! of what it describes; and how a true one is made.
//!
//! Pure: the caller passes bytes, the schemas among them. Nothing is looked up, and nothing is said to be valid of which
//! there is no schema at hand.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod checks;
pub mod correct;
pub mod create;
pub mod document;
pub mod embed;
pub mod facts;
pub mod hashes;
pub mod json;
pub mod lacking;
pub mod profile;
pub mod schema;
pub mod standing;
