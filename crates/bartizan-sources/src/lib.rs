//! All network and disk access of Bartizan.

pub mod bundle;
pub mod checkout;
pub mod database;
pub mod disk;
pub mod feed;
pub mod git;
pub mod home;
pub mod http;
pub mod index;
pub mod starter;
pub mod sync;
pub mod upstream;
