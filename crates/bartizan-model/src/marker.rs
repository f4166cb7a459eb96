//! Environment markers (placeholder that the first slice replaces).
use crate::environment::MarkerEnvironment;
/// A parsed marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(String);
/// What `extra`, `extras` and `dependency_groups` stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkerContext<'a> {
    /// The extras that are asked for, normalised.
    pub extras: &'a [String],
    /// The dependency groups that are asked for, normalised.
    pub groups: &'a [String],
}
/// The text is not a marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a marker")]
pub struct MarkerError(String);
impl std::str::FromStr for Marker {
    type Err = MarkerError;
    fn from_str(text: &str) -> Result<Self, MarkerError> {
        Ok(Self(text.to_owned()))
    }
}
impl Marker {
    /// Whether the marker holds.
    pub fn evaluate(&self, _environment: &MarkerEnvironment, _context: MarkerContext<'_>) -> bool {
        true
    }
}
