//! Pages, API, jobs and feeds of the dashboard.
//!
//! A page is a value made of what the store holds ([`page`]); one value is HTML, JSON, CSV and a file of a static site. The
//! server only asks the store, never a source, and judges nothing.

pub mod access;
pub mod api;
pub mod assets;
pub mod badge;
pub mod chart;
pub mod context;
pub mod demo;
mod feed;
pub mod field;
pub mod href;
pub mod http;
pub mod links;
pub mod osv;
pub mod output;
pub mod page;
pub mod pages;
mod review;
mod sboms;
mod signing;
pub mod site;
pub mod words;
