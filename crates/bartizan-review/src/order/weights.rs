//! Weights out of a file, and what they make of the numbers of a change: a logistic sum, and small trees beside it.

use serde::Deserialize;
use thiserror::Error;

use super::{FEATURES, Features, VERSION};

/// How many trees and how many nodes of each are read, and how deep they are.
const MOST_TREES: usize = 1_000;
const MOST_NODES: usize = 255;

/// The largest file.
const LARGEST: usize = 4 << 20;

/// Why a file gives no order.
#[derive(Debug, Error)]
pub enum OrderError {
    /// It cannot be read.
    #[error("cannot read weights of an order")]
    Unreadable(#[source] serde_json::Error),
    /// It is larger than such files are.
    #[error("weights of an order have more than {LARGEST} bytes")]
    TooLarge,
    /// It is for other features.
    #[error("weights are for features of version {found}, and version {VERSION} is needed")]
    OtherVersion {
        /// The version that it is for.
        found: u32,
    },
    /// Something in it fits nothing.
    #[error("weights of an order have {0} that does not fit")]
    Unfit(&'static str),
}

/// Weights as a file has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    features_version: u32,
    /// Whether it was shown to help on what it never saw.
    is_enabled: bool,
    /// What it was learnt from, and until when, for people.
    learnt_from: String,
    bias: f64,
    #[serde(rename = "weights")]
    linear: Vec<Weight>,
    trees: Vec<Tree>,
}

/// What a feature weighs, once it has lost its mean and is measured in its spread.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weight {
    feature: String,
    mean: f64,
    spread: f64,
    #[serde(rename = "weight")]
    value: f64,
}

/// A tree: nodes, the first is the root.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tree {
    nodes: Vec<Node>,
}

/// A node with what is added there; an inner one leads on, to later nodes only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    value: f64,
    split: Option<Split>,
}

/// Where an inner node leads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    feature: String,
    above: f64,
    low: usize,
    high: usize,
}

/// Weights that fit the features.
#[derive(Debug, Clone)]
pub struct Order {
    is_enabled: bool,
    learnt_from: String,
    bias: f64,
    /// By feature: mean, spread, weight.
    weights: Vec<(usize, [f64; 3])>,
    trees: Vec<Vec<Checked>>,
}

/// A node whose feature and places there are: what is added, and the feature, the bound, and the nodes below and above.
type Checked = (f64, Option<(usize, f64, usize, usize)>);

/// What an order makes of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Between 0 and 1; what is larger comes first.
    pub value: f64,
    /// What changes usually begin with, as a logarithm of odds.
    pub bias: f64,
    /// What each feature adds to it, the largest first: its place in [`FEATURES`], its number, what it adds.
    pub shares: Vec<(usize, f64, f64)>,
}

impl Order {
    /// Out of a file.
    pub fn read(text: &str) -> Result<Self, OrderError> {
        if text.len() > LARGEST {
            return Err(OrderError::TooLarge);
        }
        // The version first: what else there is depends on it.
        let head: Head = serde_json::from_str(text).map_err(OrderError::Unreadable)?;
        if head.features_version != VERSION {
            return Err(OrderError::OtherVersion {
                found: head.features_version,
            });
        }
        Self::of(serde_json::from_str(text).map_err(OrderError::Unreadable)?)
    }

    fn of(weights: Weights) -> Result<Self, OrderError> {
        if weights.features_version != VERSION {
            return Err(OrderError::OtherVersion {
                found: weights.features_version,
            });
        }
        if weights.trees.len() > MOST_TREES {
            return Err(OrderError::Unfit("a number of trees"));
        }
        let mut order = Self {
            is_enabled: weights.is_enabled,
            learnt_from: weights.learnt_from,
            bias: finite(weights.bias)?,
            weights: Vec::new(),
            trees: Vec::new(),
        };
        for it in weights.linear {
            let numbers = [finite(it.mean)?, finite(it.spread)?, finite(it.value)?];
            if it.spread <= 0.0 {
                return Err(OrderError::Unfit("a spread"));
            }
            order.weights.push((place(&it.feature)?, numbers));
        }
        for tree in weights.trees {
            order.trees.push(nodes(tree)?);
        }
        Ok(order)
    }

    /// Whether it was shown to help, so that changes are ordered by it.
    pub fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// What it was learnt from.
    pub fn learnt_from(&self) -> &str {
        &self.learnt_from
    }

    /// What it makes of a change. Whatever is added is told as the share of a feature.
    pub fn explain(&self, features: &Features) -> Explained {
        let value_of = |place: usize| features.0.get(place).copied().unwrap_or(0.0);
        let (mut shares, mut bias) = ([0.0; FEATURES.len()], self.bias);
        let mut add = |place: usize, value: f64| {
            if let Some(share) = shares.get_mut(place) {
                *share += value;
            }
        };
        for (place, [mean, spread, weight]) in &self.weights {
            add(*place, weight * (value_of(*place) - mean) / spread);
        }
        for tree in &self.trees {
            let Some(mut node) = tree.first() else {
                continue;
            };
            bias += node.0;
            // Later nodes only: it ends.
            while let Some((place, above, low, high)) = node.1 {
                let next = if value_of(place) > above { high } else { low };
                let Some(next) = tree.get(next) else {
                    break;
                };
                add(place, next.0 - node.0);
                node = next;
            }
        }
        let sum = bias + shares.iter().sum::<f64>();
        let mut told: Vec<(usize, f64, f64)> = Vec::new();
        for (place, share) in shares.into_iter().enumerate().filter(|it| it.1 != 0.0) {
            told.push((place, value_of(place), share));
        }
        told.sort_by(|one, other| {
            other
                .2
                .abs()
                .total_cmp(&one.2.abs())
                .then(one.0.cmp(&other.0))
        });
        Explained {
            value: 1.0 / (1.0 + (-sum).exp()),
            bias,
            shares: told,
        }
    }
}

#[derive(Deserialize)]
struct Head {
    features_version: u32,
}

fn finite(number: f64) -> Result<f64, OrderError> {
    Some(number)
        .filter(|it| it.is_finite())
        .ok_or(OrderError::Unfit("a number"))
}

fn place(name: &str) -> Result<usize, OrderError> {
    let found = FEATURES.iter().position(|it| it.name == name);
    found.ok_or(OrderError::Unfit("a name of a feature"))
}

type Flat = Vec<(f64, Option<(usize, f64, usize, usize)>)>;

fn nodes(tree: Tree) -> Result<Flat, OrderError> {
    let count = tree.nodes.len();
    if count > MOST_NODES {
        return Err(OrderError::Unfit("a tree"));
    }
    let mut flat = Flat::new();
    for (number, node) in tree.nodes.into_iter().enumerate() {
        let split = match node.split {
            None => None,
            Some(it)
                if it.low > number && it.high > number && it.low < count && it.high < count =>
            {
                Some((place(&it.feature)?, finite(it.above)?, it.low, it.high))
            }
            Some(_) => return Err(OrderError::Unfit("a node of a tree")),
        };
        flat.push((finite(node.value)?, split));
    }
    Ok(flat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = r#"{"features_version": 1, "is_enabled": false, "learnt_from": "nothing", "bias": -1.0,
        "weights": [{"feature": "files", "mean": 1.0, "spread": 2.0, "weight": 0.5}],
        "trees": [{"nodes": [{"value": 0.1, "split": {"feature": "novelty", "above": 3.0, "low": 1, "high": 2}},
                             {"value": -0.2, "split": null}, {"value": 0.7, "split": null}]}]}"#;

    fn check(text: &str, files: f64, novelty: f64) -> String {
        let order = match Order::read(text) {
            Ok(order) => order,
            Err(error) => return error.to_string(),
        };
        let mut features = Features([0.0; FEATURES.len()]);
        features.0[0] = files;
        features.0[place("novelty").unwrap()] = novelty;
        let told = order.explain(&features);
        let shares = told
            .shares
            .iter()
            .map(|(place, value, share)| format!("{} {value} {share:+.2}", FEATURES[*place].name));
        format!(
            "{:.3} from {:+.2}: {}",
            told.value,
            told.bias,
            shares.collect::<Vec<_>>().join(", ")
        )
    }

    #[test]
    fn shares_add_up_to_the_value() {
        assert_eq!(
            check(TEXT, 5.0, 4.0),
            "0.668 from -0.90: files 5 +1.00, novelty 4 +0.60"
        );
        assert_eq!(check(TEXT, 1.0, 3.0), "0.231 from -0.90: novelty 3 -0.30");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let other = |from: &str, to: &str| check(&TEXT.replace(from, to), 0.0, 0.0);
        assert_eq!(
            other("version\": 1", "version\": 2"),
            "weights are for features of version 2, and version 1 is needed"
        );
        assert_eq!(
            other("\"files\"", "\"fils\""),
            "weights of an order have a name of a feature that does not fit"
        );
        assert_eq!(
            other("\"low\": 1", "\"low\": 0"),
            "weights of an order have a node of a tree that does not fit"
        );
        assert_eq!(
            other("\"high\": 2", "\"high\": 3"),
            "weights of an order have a node of a tree that does not fit"
        );
        assert_eq!(
            other("\"spread\": 2.0", "\"spread\": 0.0"),
            "weights of an order have a spread that does not fit"
        );
        assert_eq!(other("{\"features", "x"), "cannot read weights of an order");
    }

    proptest! {
        #[test]
        fn never_panics(text in "([{}\\[\\]\",:0-9.e-]|features_version|null|trees){0,60}", at in 0_usize..600, byte in 32_u8..127) {
            drop(Order::read(&text));
            let mut bytes = TEXT.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            check(&String::from_utf8(bytes).unwrap(), 1.0, 2.0);
        }
    }
}
