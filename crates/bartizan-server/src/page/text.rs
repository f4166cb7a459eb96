//! Runs of text with links, and states that are never told by colour alone.

use crate::href::{Href, Place};

/// A text of several runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Span>);

/// A run of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// What matters in it.
    Strong(String),
    /// A name as a program writes it.
    Code(String),
    /// A link with its words.
    Link(String, Href),
}

/// How something stands. Each has a shape of its own beside its colour, and always stands with words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// What is wanted holds.
    Good,
    /// It is under way, or deserves a look.
    Watch,
    /// It does not hold.
    Bad,
    /// It is not known.
    Unknown,
    /// Somebody states it (an endorsement), which is not the same as a measurement.
    Stated,
    /// The question does not arise.
    Neutral,
}

/// A sign with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The sign.
    pub sign: Sign,
    /// The words.
    pub words: String,
    /// The list or page behind it.
    pub link: Option<Href>,
}

impl Sign {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
            Self::Stated => "stated",
            Self::Neutral => "neutral",
        }
    }
}

impl State {
    /// A sign with words.
    pub fn new(sign: Sign, words: impl Into<String>) -> Self {
        Self {
            sign,
            words: words.into(),
            link: None,
        }
    }

    /// The same with what stands behind it.
    #[must_use]
    pub fn to(self, place: Place) -> Self {
        Self {
            link: Some(place.into()),
            ..self
        }
    }
}

impl Text {
    /// A text that is one link.
    pub fn link(words: impl Into<String>, href: impl Into<Href>) -> Self {
        Self(vec![Span::Link(words.into(), href.into())])
    }

    /// The same with more plain text.
    #[must_use]
    pub fn plain(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// The same with a name as a program writes it.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// The same with something that matters.
    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }

    /// The same with a link.
    #[must_use]
    pub fn and_link(mut self, words: impl Into<String>, href: impl Into<Href>) -> Self {
        self.0.push(Span::Link(words.into(), href.into()));
        self
    }

    /// The same with all of another text behind it.
    #[must_use]
    pub fn and_spans(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// A text in which names stand between backticks, as programs' own texts write them.
    pub fn marked(text: &str) -> Self {
        let mut spans = Vec::new();
        for (index, part) in text.split('`').enumerate() {
            if !part.is_empty() {
                spans.push(match index % 2 {
                    0 => Span::Plain(part.to_owned()),
                    _ => Span::Code(part.to_owned()),
                });
            }
        }
        Self(spans)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.words().is_empty())
    }

    /// Its words without links.
    pub fn words(&self) -> String {
        self.0.iter().map(Span::words).collect()
    }
}

impl Span {
    /// Its words.
    pub fn words(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Strong(text) | Self::Code(text) | Self::Link(text, _) => text,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::default().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::default().plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_backticks() {
        let text = Text::marked("put `a: b` before `jobs:`, now");
        let codes = text.0.iter().filter(|span| matches!(span, Span::Code(_)));
        assert_eq!(
            codes.map(Span::words).collect::<Vec<_>>(),
            ["a: b", "jobs:"]
        );
        assert_eq!(text.words(), "put a: b before jobs:, now");
        assert!(Text::marked("``").is_empty());
    }
}
