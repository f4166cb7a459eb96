//! What a repository tells its code host about continuous integration: workflows, actions, updates of dependencies.
//!
//! Readers here are tolerant: what has another shape than it should costs itself, not the file, and every part knows its
//! line. They judge nothing.

pub mod action;
pub mod dependabot;
pub mod elsewhere;
pub mod expression;
pub mod step;
pub mod uses;
pub mod workflow;

pub use crate::yaml_node::{Node, NodeError, NodeValue};
