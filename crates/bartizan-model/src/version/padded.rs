//! Lists of which the shorter one goes on with what a missing part counts as.

use std::cmp::Ordering;

/// A list that goes on with `T::default()` without end, so that a part of this value at its end says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Padded<T>(pub(super) Vec<T>);

impl<T: Ord + Default> Ord for Padded<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        let missing = T::default();
        (0..self.0.len().max(other.0.len()))
            .map(|index| {
                let own = self.0.get(index).unwrap_or(&missing);
                own.cmp(other.0.get(index).unwrap_or(&missing))
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl<T: Ord + Default> PartialOrd for Padded<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord + Default> PartialEq for Padded<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: Ord + Default> Eq for Padded<T> {}
