//! In which order changes are looked at: a weight learnt from histories, over numbers that are all told.
//!
//! Training is a script of the project (`scripts/review_order.py`); here a file of weights is read and evaluated, nothing else. It
//! is off unless the file says that it was shown to help, and a file for other features is refused.

mod features;
mod weights;

pub use self::{
    features::{FEATURES, Feature, Features, Knowledge},
    weights::{Explained, Order, OrderError, Weights},
};

/// The version of what features are. Weights of another version are refused.
pub const VERSION: u32 = 1;

/// The weights that Bartizan carries.
pub const EMBEDDED: &str = include_str!("order/weights.json");
