//! Tables with typed cells.

use jiff::Timestamp;

use super::{State, Text};
use crate::href::Place;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Its id; unique on the page, and the name of its file as CSV.
    pub id: String,
    /// What it shows.
    pub caption: Text,
    /// Its columns. The first names the row.
    pub columns: Vec<Column>,
    /// Its rows, as many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// What stands in its place where there is no row.
    pub empty: Text,
    /// Where it is one of several pages.
    pub pager: Option<Pager>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// Its stable name in JSON and CSV.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// Whether it holds numbers.
    pub is_number: bool,
    /// The same page sorted by it.
    pub sort: Option<Place>,
    /// Whether the page is sorted by it now.
    pub is_sorted: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing, since there is nothing to say.
    Empty,
    /// Nobody measured or stated it.
    Missing,
    /// A text.
    Text(Text),
    /// A number with the list behind it.
    Number {
        /// The value.
        value: f64,
        /// As people read it.
        shown: String,
        /// The list behind it.
        list: Option<Place>,
    },
    /// A sign with words.
    State(State),
    /// Several facts, each with a sign of its own.
    States(Vec<State>),
    /// A value between 0 and 1 with the parts that it is made of.
    Shares {
        /// The value.
        value: f64,
        /// The parts.
        parts: Vec<(String, f64)>,
        /// The page behind it.
        list: Option<Place>,
    },
    /// An instant.
    Time(Timestamp),
}

/// Which of several pages of a list it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    /// The list, with all that is asked of it but the page.
    pub place: Place,
    /// The number of this page, from 1.
    pub number: u32,
    /// Rows a page.
    pub size: u32,
    /// Rows of all pages.
    pub total: u64,
}

impl Column {
    /// A column of texts.
    pub fn text(id: &'static str, title: impl Into<String>) -> Self {
        Self {
            id,
            title: title.into(),
            ..Self::default()
        }
    }

    /// A column of numbers.
    pub fn number(id: &'static str, title: impl Into<String>) -> Self {
        Self {
            is_number: true,
            ..Self::text(id, title)
        }
    }
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// A count with the list behind it.
    pub fn count(count: u64, list: impl Into<Option<Place>>) -> Self {
        Self::Number {
            value: count as f64,
            shown: crate::words::count(count),
            list: list.into(),
        }
    }
}

impl Pager {
    /// How many pages there are, at least one.
    pub fn pages(&self) -> u32 {
        let pages = self.total.div_ceil(u64::from(self.size.max(1))).max(1);
        u32::try_from(pages).unwrap_or(u32::MAX)
    }

    /// The place of a page.
    pub fn at(&self, number: u32) -> Place {
        let page = if number <= 1 {
            String::new()
        } else {
            number.to_string()
        };
        self.place.clone().with("page", page)
    }
}
