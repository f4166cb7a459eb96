//! Where a link leads, as a value: a page of ours by the parts of its path, or an address outside.
//!
//! Pages make these and nothing else; only [`crate::links::Links`] turns one into text, so that the same page works on a
//! server and as a file in any folder of any host.

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Href {
    /// A page of the dashboard.
    Page(Place),
    /// An address outside, as written by whoever stated it.
    Outside(String),
}

/// A page of the dashboard: its path and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The parts of the path, not encoded; none for the first page.
    pub path: Vec<String>,
    /// The query, in the order in which it was built; no value is empty.
    pub query: Vec<(String, String)>,
    /// The part of the page.
    pub fragment: Option<String>,
}

impl Place {
    /// The page at a path.
    pub fn new<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self {
            path: path.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The same with one more thing asked; an empty value takes the key away, and a key is there once.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.query.retain(|(known, _)| known != key);
        if !value.is_empty() {
            self.query.push((key.to_owned(), value));
            self.query.sort();
        }
        self
    }

    /// The same at a part of the page.
    #[must_use]
    pub fn at(mut self, fragment: impl Into<String>) -> Self {
        self.fragment = Some(fragment.into());
        self
    }

    /// What is asked under a key.
    pub fn asked(&self, key: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }
}

impl Href {
    /// The page at a path.
    pub fn to<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::Page(Place::new(path))
    }

    /// An address outside, where it is one that a reader may be sent to: `https`, `http` and nothing else.
    pub fn outside(address: &str) -> Option<Self> {
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        let is_plain = !address.chars().any(|c| c.is_control() || c.is_whitespace());
        (is_web && is_plain && address.len() <= 2_048).then(|| Self::Outside(address.to_owned()))
    }
}

impl From<Place> for Href {
    fn from(place: Place) -> Self {
        Self::Page(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_asked_once_and_an_empty_value_takes_it_away() {
        let place = Place::new(["findings"])
            .with("outcome", "fail")
            .with("check", "a")
            .with("outcome", "pass");
        assert_eq!(place.asked("outcome"), Some("pass"));
        assert_eq!(place.query.len(), 2);
        assert_eq!(place.with("outcome", "").asked("outcome"), None);
    }

    #[test]
    fn nobody_is_sent_to_a_script() {
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//host/",
            "https://a\nb",
        ] {
            assert_eq!(Href::outside(address), None, "{address}");
        }
        assert!(Href::outside("https://example.org/a").is_some());
    }
}
