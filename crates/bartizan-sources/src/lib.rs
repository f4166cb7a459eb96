//! All network and disk access of Bartizan.

pub mod access;
pub mod access_log;
pub mod bundle;
pub mod checkout;
pub mod database;
pub mod disk;
pub mod feed;
pub mod flags;
pub mod git;
pub mod home;
pub mod hosting;
pub mod http;
pub mod index;
pub mod novelty;
mod page_cache;
pub mod past;
mod private;
pub mod schemas;
pub mod signing;
pub mod starter;
pub mod sync;
pub mod toolchain;
pub mod upstream;
