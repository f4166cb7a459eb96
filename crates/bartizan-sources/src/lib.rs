//! All network and disk access of Bartizan.

pub mod disk;
pub mod http;
