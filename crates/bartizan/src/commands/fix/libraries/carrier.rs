//! What is known of one package that carries libraries: what is wrong with them now, and in the releases that were looked
//! into.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use bartizan_model::{severity::Severity, version::pep440::Version};

use super::{group, library_of};

/// A package whose wheels are looked into.
#[derive(Default)]
pub(super) struct Carrier {
    /// The installed version; none of what a plan adds.
    pub(super) installed: Option<String>,
    /// What is to be removed from what it carries, by what it is called in the plan: `CVE-2023-4863 (libwebp)`.
    pub(super) wrong: BTreeMap<String, Severity>,
    /// The same by library and its version.
    pub(super) libraries: BTreeMap<(String, String), BTreeSet<String>>,
    /// What is no news in another release: what is wrong now, set aside or not, and what the user accepts.
    pub(super) present: BTreeSet<String>,
    /// The groups that the user accepts.
    pub(super) accepted: BTreeSet<String>,
    /// The libraries that it carries in a version that nobody knows: what is wrong with them is not known to be new.
    pub(super) unknown: BTreeSet<String>,
    /// Whether the present release could not be looked into: then nothing of another one is known to be new.
    pub(super) is_present_unknown: bool,
    /// Of releases that were looked into, what is wrong with them; `None` where that cannot be known.
    pub(super) seen: RefCell<BTreeMap<Version, Seen>>,
    /// How many were looked into to find out where something begins or ends.
    pub(super) spent: Cell<usize>,
    /// Whether more would have to be looked into to know which release is the first.
    pub(super) is_cut_short: Cell<bool>,
}

/// A version as it is written, and what is wrong with it.
pub(super) type Seen = (String, Option<BTreeMap<String, Severity>>);

impl Carrier {
    /// Whether something that is wrong with a release is known not to be there now.
    pub(super) fn is_new(&self, label: &str) -> bool {
        !self.is_present_unknown
            && !self.present.contains(label)
            && !self.accepted.contains(group(label))
            && !self.unknown.contains(library_of(label))
    }

    /// What is wrong with a release: what was seen in it, else in the next earlier one that was looked into. Of what it
    /// has that is not there now, only where that forbids it.
    pub(super) fn wrong_in(&self, text: &str, forbids_new: bool) -> BTreeMap<String, Severity> {
        if self.installed.as_deref() == Some(text) {
            return self.wrong.clone();
        }
        let Ok(version) = text.parse::<Version>() else {
            return self.wrong.clone();
        };
        let seen = self.seen.borrow();
        let nearest = seen.range(..=&version).next_back();
        let mut wrong = match nearest {
            Some((_, (_, Some(wrong)))) => wrong.clone(),
            _ => self.wrong.clone(),
        };
        wrong.retain(|label, _| {
            self.wrong.contains_key(label) || (forbids_new && self.is_new(label))
        });
        wrong
    }

    /// What was seen in a release and is not there now.
    pub(super) fn new_in(&self, version: &Version) -> Vec<String> {
        let seen = self.seen.borrow();
        let wrong = seen.get(version).and_then(|(_, wrong)| wrong.as_ref());
        let labels = wrong.into_iter().flat_map(BTreeMap::keys);
        labels.filter(|label| self.is_new(label)).cloned().collect()
    }

    /// The last release before one that was seen with something that is not there now.
    pub(super) fn last_with_new(&self, before: &Version) -> Option<Version> {
        let seen = self.seen.borrow();
        let mut earlier = seen.range(..before).rev().map(|(version, _)| version);
        earlier
            .find(|version| !self.new_in(version).is_empty())
            .cloned()
    }

    /// Whether a release was seen with it. What cannot be known is no remedy.
    pub(super) fn is_wrong(&self, version: &Version, label: &str) -> bool {
        let seen = self.seen.borrow();
        seen.get(version)
            .is_some_and(|(_, seen)| seen.as_ref().is_none_or(|wrong| wrong.contains_key(label)))
    }

    /// The first release that was seen without it, and after which it was not seen again.
    pub(super) fn first_without(&self, label: &str) -> Option<Version> {
        let seen = self.seen.borrow();
        let is_without = |seen: &Seen| {
            seen.1
                .as_ref()
                .is_some_and(|wrong| !wrong.contains_key(label))
        };
        let later = seen.iter().rev().take_while(|(_, seen)| is_without(seen));
        later.last().map(|(version, _)| version.clone())
    }

    /// A version as the index writes it.
    pub(super) fn spelled(&self, version: &Version) -> Option<String> {
        self.seen
            .borrow()
            .get(version)
            .map(|(text, _)| text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A carrier with `OLD (a)` in 1.0; 1.1 has it still, 1.3 has `NEW (a)` in its stead and `OTHER (b)` of an unknown b.
    fn carrier() -> Carrier {
        let severity = Severity::default();
        let seen = |labels: &[&str]| {
            let labels = labels.iter().map(|it| ((*it).to_owned(), severity.clone()));
            Some(labels.collect())
        };
        let releases = [
            ("1.1", seen(&["OLD (a)"])),
            ("1.3", seen(&["NEW (a)", "OTHER (b)", "FINE (a)"])),
            ("1.5", None),
        ];
        let seen = releases.map(|(text, wrong)| (text.parse().unwrap(), (text.to_owned(), wrong)));
        Carrier {
            installed: Some("1.0".to_owned()),
            wrong: BTreeMap::from([("OLD (a)".to_owned(), severity)]),
            present: BTreeSet::from(["OLD (a)".to_owned()]),
            accepted: BTreeSet::from(["FINE".to_owned()]),
            unknown: BTreeSet::from(["b".to_owned()]),
            seen: RefCell::new(seen.into()),
            ..Carrier::default()
        }
    }

    #[test]
    fn a_release_is_like_the_next_earlier_one_that_was_looked_into() {
        let carrier = carrier();
        let check = |version: &str, forbids_new: bool| {
            let wrong = carrier.wrong_in(version, forbids_new).into_keys();
            wrong.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(check("1.0", true), "OLD (a)");
        assert_eq!(check("1.2", true), "OLD (a)");
        assert_eq!(check("1.3", true), "NEW (a)");
        assert_eq!(check("1.4", true), "NEW (a)");
        assert_eq!(check("1.4", false), "");
        assert_eq!(check("1.5", true), "OLD (a)");
        assert_eq!(check("no version", true), "OLD (a)");
        assert_eq!(carrier.new_in(&"1.3".parse().unwrap()), ["NEW (a)"]);
    }

    #[test]
    fn nothing_is_new_beside_what_nobody_could_look_into() {
        let carrier = Carrier {
            is_present_unknown: true,
            ..carrier()
        };
        assert!(carrier.new_in(&"1.3".parse().unwrap()).is_empty());
        assert!(carrier.wrong_in("1.3", true).is_empty());
    }
}
