//! A page as a value: what it says, in blocks, without how it looks.
//!
//! One value becomes HTML ([`html`]), JSON ([`json`]), CSV ([`csv`]) and a file of a static site, so that a page cannot say
//! one thing to people and another to programs. Nothing here knows a check, a measure or a project by name.

pub mod csv;
pub mod html;
pub mod json;
pub mod layout;
mod table;
mod text;

pub use self::{
    table::{Cell, Column, Pager, Table},
    text::{Sign, Span, State, Text},
};
use crate::{chart::Chart, href::Place};

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Its name, in a few words: the title of the window.
    pub title: String,
    /// What the data say, in a sentence: the heading.
    pub headline: String,
    /// More about it, under the heading.
    pub lede: Text,
    /// The pages above it, the first page not among them, the nearest last.
    pub above: Vec<(String, Place)>,
    /// What it holds.
    pub sections: Vec<Section>,
    /// The feed about what it shows.
    pub feed: Option<Place>,
}

/// A part of a page with a heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// Its anchor; unique on the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What helps to read it, under the heading.
    pub note: Text,
    /// What it holds.
    pub blocks: Vec<Block>,
    /// Whether it takes a part of the width where there is room, so that it stands beside the next.
    pub is_narrow: bool,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Prose(Text),
    /// Preformatted text.
    Code(String),
    /// Figures side by side.
    Cards(Vec<Card>),
    /// A table.
    Table(Table),
    /// A drawing with its table.
    Chart(Chart),
    /// Things to do or to know, in order.
    List(Vec<Item>),
    /// Names and what stands behind them.
    Facts(Vec<(String, Text)>),
    /// A form that asks the same page for less.
    Filter(Filter),
    /// A question to the reader, answered by buttons.
    Question(Question),
    /// A picture of ours by its place, with its text and what to copy in order to show it elsewhere.
    Badge {
        /// Where the picture is.
        place: Place,
        /// What it says.
        text: String,
        /// The page that it leads to where it is shown.
        page: Place,
    },
}

/// One figure with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What it is.
    pub title: String,
    /// The figure, or why there is none.
    pub reading: Reading,
    /// Where it stands on its way.
    pub course: Option<crate::chart::Course>,
    /// More about it.
    pub note: Text,
}

/// A figure, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It was measured.
    Measured {
        /// The value.
        value: f64,
        /// As people read it.
        shown: String,
        /// What it is out of, or its unit.
        unit: String,
        /// The list behind it.
        list: Option<Place>,
    },
    /// Nobody measured it, and what would be needed.
    Missing {
        /// What is needed.
        needs: String,
    },
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    /// What it is.
    pub title: Text,
    /// More about it: its effect, a way to do it.
    pub detail: Text,
}

/// A form that asks the same page for less.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// The page.
    pub place: Place,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A question to the reader, answered by buttons: a form that is sent to this server and changes something there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    /// Its anchor; unique on the page.
    pub id: String,
    /// Where the answer goes.
    pub place: Place,
    /// What it is about.
    pub title: Text,
    /// More about it.
    pub detail: Text,
    /// What is sent along.
    pub hidden: Vec<(String, String)>,
    /// The name of the answer.
    pub key: &'static str,
    /// What may be answered, as value and words.
    pub choices: Vec<(&'static str, &'static str)>,
    /// What was answered before.
    pub chosen: Option<&'static str>,
}

/// A field of a filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Field {
    /// What is asked.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What it may be, as value and words; a text where there are none.
    pub choices: Vec<(String, String)>,
    /// What it is now.
    pub value: String,
}

impl Page {
    /// The tables of the page with their ids, those of charts among them, in their order.
    pub fn tables(&self) -> Vec<&Table> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let tables = blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Chart(chart) => Some(chart.table()),
            _ => None,
        });
        tables.collect()
    }
}

impl Section {
    /// A section with its anchor and heading.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            ..Self::default()
        }
    }

    /// The same with a note.
    #[must_use]
    pub fn note(self, note: impl Into<Text>) -> Self {
        Self {
            note: note.into(),
            ..self
        }
    }

    /// The same with one more block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The same with more blocks.
    #[must_use]
    pub fn with_all(mut self, blocks: Vec<Block>) -> Self {
        self.blocks.extend(blocks);
        self
    }

    /// The same, beside the next where there is room.
    #[must_use]
    pub fn narrow(self) -> Self {
        Self {
            is_narrow: true,
            ..self
        }
    }
}
