//! Reads come in pages, so that none is without a bound.

/// Most rows of a page.
pub(crate) const MOST_ROWS: u32 = 1_000;

/// Most rows that are passed over to reach a page; what lies behind is found by a narrower filter ([`crate::StoreError::TooFar`]).
const MOST_PASSED: u64 = 1_000_000;

/// Which page of how many rows. Pages count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    number: u32,
    size: u32,
}

impl Page {
    /// A page; its size is between 1 and 1,000, its number at least 1.
    pub fn new(number: u32, size: u32) -> Self {
        Self {
            number: number.max(1),
            size: size.clamp(1, MOST_ROWS),
        }
    }

    /// The first page with as many rows as one may have.
    pub fn whole() -> Self {
        Self::new(1, MOST_ROWS)
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Its size.
    pub fn size(self) -> u32 {
        self.size
    }

    pub(crate) fn offset(self) -> i64 {
        let passed = u64::from(self.number - 1) * u64::from(self.size);
        i64::try_from(passed.min(MOST_PASSED)).unwrap_or(i64::MAX)
    }

    /// How many rows it has: none beyond what may be passed over.
    pub(crate) fn limit(self) -> i64 {
        let passed = u64::from(self.number - 1) * u64::from(self.size);
        if passed > MOST_PASSED {
            0
        } else {
            i64::from(self.size)
        }
    }
}

/// The rows of a page, and how many there are on all pages together.
#[derive(Debug, Clone, PartialEq)]
pub struct Paged<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many rows all pages have together.
    pub total: u64,
}
