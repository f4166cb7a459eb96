//! What the fuzz targets share: how each kind of parser is driven, and what must hold of its result.
//!
//! A target in `src/bin` names a parser and nothing more. `cargo xtask fuzz` builds and runs them.

pub mod advisory;
pub mod archive;
pub mod inspect;
pub mod order;
pub mod snapshot;
pub mod source;
pub mod target;
