//! Versions that records enumerate one by one.
//!
//! The records of one package enumerate nearly the same versions, often hundreds of them. So their texts are held once
//! for all of them, and a record says which of them it means by their places.

use std::{fmt, sync::Arc};

/// Texts of versions in one piece of memory, each known by its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionTexts {
    joined: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl VersionTexts {
    /// Adds a text, after all others.
    pub fn push(&mut self, text: &str) {
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text at a place.
    pub fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)?;
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.joined.get(start..end)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// The first place of a text.
    pub fn place_of(&self, text: &str) -> Option<usize> {
        let mut start = 0;
        self.ends.iter().position(|end| {
            // Most differ in length, and are passed over without a look at them.
            let is_same = end - start == text.len() && self.joined.get(start..*end) == Some(text);
            start = *end;
            is_same
        })
    }
}

/// The versions that one part of a record enumerates, in its order, compared as strings.
#[derive(Clone, Default)]
pub struct Enumerated {
    texts: Arc<VersionTexts>,
    /// First places of neighbours, and how many of them.
    runs: Vec<(usize, usize)>,
}

impl Enumerated {
    /// Those of the texts at runs of places, each a first one and how many; `None` where there is no such place.
    pub fn shared(texts: &Arc<VersionTexts>, runs: Vec<(usize, usize)>) -> Option<Self> {
        let is_there = |(first, count): &(usize, usize)| {
            first
                .checked_add(*count)
                .is_some_and(|end| end <= texts.len())
        };
        runs.iter().all(is_there).then(|| Self {
            texts: Arc::clone(texts),
            runs,
        })
    }

    /// Adds one, after all others.
    pub fn push(&mut self, text: &str) {
        let place = self.texts.len();
        Arc::make_mut(&mut self.texts).push(text);
        match self.runs.last_mut() {
            Some((first, count)) if *first + *count == place => *count += 1,
            _ => self.runs.push((place, 1)),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let places = self
            .runs
            .iter()
            .flat_map(|(first, count)| *first..first + count);
        places.filter_map(|place| self.texts.get(place))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let counts = self.runs.iter().map(|(_, count)| *count);
        counts.fold(0, usize::saturating_add)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts among which they are, shared with other records.
    pub fn texts(&self) -> &Arc<VersionTexts> {
        &self.texts
    }

    /// Whether the text at a place is one of them.
    pub fn has_place(&self, place: usize) -> bool {
        let mut runs = self.runs.iter();
        runs.any(|(first, count)| (*first..first + count).contains(&place))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Enumerated {
    fn from_iter<I: IntoIterator<Item = S>>(versions: I) -> Self {
        let mut texts = VersionTexts::default();
        for version in versions {
            texts.push(version.as_ref());
        }
        let all = (0, texts.len());
        Self {
            texts: Arc::new(texts),
            runs: vec![all],
        }
    }
}

impl fmt::Debug for Enumerated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Enumerated {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Enumerated {}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Arc<VersionTexts> {
        let mut texts = VersionTexts::default();
        for text in list {
            texts.push(text);
        }
        Arc::new(texts)
    }

    fn check(list: &[&str], runs: &[(usize, usize)]) -> String {
        let shared = Enumerated::shared(&texts(list), runs.to_vec());
        shared.map_or_else(|| "no such place".to_owned(), |it| format!("{it:?}"))
    }

    #[test]
    fn records_share_texts_by_their_places() {
        let list = ["1.0", "", "größe", "1.0.1"];
        insta::assert_snapshot!(check(&list, &[(2, 2), (0, 1)]), @r#"["größe", "1.0.1", "1.0"]"#);
        insta::assert_snapshot!(check(&list, &[(1, 0), (1, 1)]), @r#"[""]"#);
        insta::assert_snapshot!(check(&list, &[]), @"[]");
        insta::assert_snapshot!(check(&list, &[(3, 2)]), @"no such place");
        insta::assert_snapshot!(check(&list, &[(usize::MAX, 1)]), @"no such place");
    }

    #[test]
    fn a_text_is_found_by_the_whole_of_it() {
        let texts = texts(&["1.0", "", "größe", "1.0.1", "1.0"]);
        for (text, place) in [("1.0", 0), ("", 1), ("größe", 2), ("1.0.1", 3)] {
            assert_eq!(texts.place_of(text), Some(place), "{text}");
        }
        assert_eq!(texts.place_of("1.0.2"), None);
        assert_eq!(texts.iter().count(), 5);
    }

    #[test]
    fn a_list_of_its_own_grows() {
        let mut list: Enumerated = ["2", "1"].into_iter().collect();
        let other = list.clone();
        list.push("0");
        insta::assert_snapshot!(format!("{list:?} {other:?} {}", list.len()), @r#"["2", "1", "0"] ["2", "1"] 3"#);
        assert!(list.has_place(2) && !other.has_place(2) && Enumerated::default().is_empty());
    }
}
