//! What artifacts and source trees carry of others' C, C++, Fortran and Rust (SCV2): libraries, versions, evidence.
//!
//! Pure: the caller passes a view of files; nothing here opens one, runs one or unpacks to disk. Two steps are kept
//! apart: [`sighting`] looks at one file while its bytes are at hand and notes what stands there, [`conclude`] weighs
//! the notes of a whole artifact. What is known of libraries is data (`native-libraries.toml`, read by
//! [`knowledge`]), never code.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod artifact;
pub mod binary;
pub mod conclude;
pub mod declared;
pub mod knowledge;
pub mod sighting;
pub mod source;
