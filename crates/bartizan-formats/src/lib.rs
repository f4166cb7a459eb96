//! Bytes of others to and from Bartizan's model.
//!
//! Everything read here is taken to be hostile: size, depth and time are bounded, and a parser returns
//! what it read with a list of problems. Nothing here touches a disk or a network.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod advisory;
pub mod archive;
pub mod attestation;
pub mod build_config;
pub mod build_policy;
pub mod bundle;
pub mod ci;
pub mod code_owners;
pub mod conda_channel;
pub mod conda_package;
pub mod contents;
pub mod core_metadata;
mod csaf;
pub mod digest;

mod discovery;
mod document;
pub mod edit;
pub mod entry_points;
pub mod feed;
pub mod file_hash;
pub mod file_name;
pub mod git_attributes;
mod graph;
pub mod hosting;
pub mod identities;
mod image;
pub mod index;
pub mod installed;
mod json;
pub mod ledger;
mod links;
pub mod locked;
pub mod moment;
mod notes;
pub mod peer;
pub mod pip_config;
pub mod profile;
mod python;
pub mod python_code;
pub mod record;
pub mod sbom;
pub mod signature;
pub mod snapshot;
pub mod standard;
pub mod target;
pub mod team;
pub mod tree;
pub mod universe;
pub mod uv_config;
pub mod vex;
pub mod wheel_bills;
pub mod wheel_tags;
mod yaml;
pub mod yaml_node;
