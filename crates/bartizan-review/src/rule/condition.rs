//! What must hold of a call.

use serde::Deserialize;

use crate::code::{Argument, Call, Shape};

/// Something that must hold of one of the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// Which argument: its place from 0, or its name; any of these. Any argument where none is named.
    #[serde(default)]
    pub argument: Vec<Which>,
    /// It has one of these shapes.
    #[serde(default)]
    pub is: Vec<Shape>,
    /// It has none of these shapes.
    #[serde(default)]
    pub is_not: Vec<Shape>,
    /// One of these names stands in it; `name.*` is anything that begins so, `*.name` anything that ends so.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// None of these names stands in it.
    #[serde(default)]
    pub mentions_not: Vec<String>,
    /// It is written like this, without layout.
    pub text: Option<String>,
    /// It is written like one of these, without layout.
    #[serde(default)]
    pub text_in: Vec<String>,
    /// There is no such argument at all.
    #[serde(default)]
    pub is_absent: bool,
    /// What the call gives is put where this argument comes from.
    #[serde(default)]
    pub is_assigned: bool,
}

/// Which argument.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Which {
    /// By its place, from 0; those with a name have none.
    Place(usize),
    /// By its name.
    Name(String),
}

impl Condition {
    /// Whether it holds of a call.
    pub(crate) fn holds(&self, call: &Call) -> bool {
        let mut meant = call
            .arguments
            .iter()
            .enumerate()
            .filter(|(place, it)| self.means(*place, it));
        if self.is_absent {
            return meant.next().is_none() && !call.has_spread;
        }
        meant.any(|(_, it)| self.fits(it, call))
    }

    fn means(&self, place: usize, argument: &Argument) -> bool {
        let is_meant = |which: &Which| match which {
            Which::Place(wanted) => argument.name.is_none() && *wanted == place,
            Which::Name(name) => argument.name.as_deref() == Some(name),
        };
        self.argument.is_empty() || self.argument.iter().any(is_meant)
    }

    fn fits(&self, argument: &Argument, call: &Call) -> bool {
        let mentions = |wanted: &String| argument.names.iter().any(|name| is_like(name, wanted));
        (self.is.is_empty() || self.is.contains(&argument.shape))
            && !self.is_not.contains(&argument.shape)
            && (self.mentions.is_empty() || self.mentions.iter().any(mentions))
            && !self.mentions_not.iter().any(mentions)
            && self.text.as_ref().is_none_or(|text| *text == argument.text)
            && (self.text_in.is_empty() || self.text_in.contains(&argument.text))
            && (!self.is_assigned || call.assigned.as_ref() == Some(&argument.text))
    }
}

/// Whether a dotted name is what a rule means: `a.b`, `*.b`, `a.*`.
pub(crate) fn is_like(name: &str, wanted: &str) -> bool {
    if let Some(end) = wanted.strip_prefix('*') {
        return name.ends_with(end);
    }
    match wanted.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => name == wanted,
    }
}
