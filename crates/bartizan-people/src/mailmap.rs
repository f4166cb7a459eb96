//! `.mailmap`: which names and addresses a project itself says are one person's (gitmailmap(5)).
//!
//! Names and addresses are compared without regard to case. A line that names both, name and address of a commit, wins over
//! one that names the address alone; of two that say the same, the later wins. What is no entry is counted.

use std::collections::HashMap;

use crate::{
    keyed::Address,
    object::{Actor, actor},
};

/// The largest file that is read. The largest of real projects has some hundred kilobytes.
pub const LARGEST: usize = 8 << 20;

/// What a project says about who is who.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mailmap {
    /// By address, in lower case.
    entries: HashMap<Address, Entry>,
    /// How many lines say something.
    pub lines: usize,
    /// How many lines are no entries.
    pub broken: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Entry {
    /// For whatever name.
    any: Proper,
    /// By the name in the commit, in lower case.
    named: HashMap<String, Proper>,
}

/// What is put in place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Proper {
    name: Option<String>,
    address: Option<Address>,
}

impl Mailmap {
    /// Reads a file; what is no entry is left out.
    pub fn read(bytes: &[u8]) -> Self {
        let mut mailmap = Self::default();
        let bytes = bytes.get(..LARGEST).unwrap_or(bytes);
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match Line::of(line) {
                Some(line) => mailmap.put(line),
                None => mailmap.broken += 1,
            }
        }
        mailmap
    }

    fn put(&mut self, line: Line) {
        self.lines += 1;
        let entry = self
            .entries
            .entry(lower(&line.of_commit.address))
            .or_default();
        let proper = match line.of_commit.name.as_str() {
            "" => &mut entry.any,
            name => entry.named.entry(name.to_lowercase()).or_default(),
        };
        // A line that says only the one keeps what an earlier line said of the other.
        proper.name = line.name.or(proper.name.take());
        proper.address = line.address.or(proper.address.take());
    }

    /// Who that is, in the project's own words.
    pub fn resolve(&self, actor: &Actor) -> Actor {
        let Some(entry) = self.entries.get(&lower(&actor.address)) else {
            return actor.clone();
        };
        let proper = entry
            .named
            .get(&actor.name.to_lowercase())
            .unwrap_or(&entry.any);
        Actor {
            name: proper.name.clone().unwrap_or_else(|| actor.name.clone()),
            address: proper
                .address
                .clone()
                .unwrap_or_else(|| actor.address.clone()),
        }
    }
}

fn lower(address: &Address) -> Address {
    Address::new(address.text().to_lowercase())
}

/// `NAME <ADDRESS> NAME <ADDRESS>`, of which only an address must be there.
struct Line {
    name: Option<String>,
    address: Option<Address>,
    of_commit: Actor,
}

impl Line {
    fn of(line: &str) -> Option<Self> {
        let (first, rest) = person(line)?;
        let name = Some(first.name.clone()).filter(|it| !it.is_empty());
        match person(rest) {
            Some((of_commit, _)) => Some(Self {
                name,
                address: Some(first.address),
                of_commit,
            }),
            None => Some(Self {
                name: Some(name?),
                address: None,
                of_commit: Actor {
                    name: String::new(),
                    address: first.address,
                },
            }),
        }
    }
}

/// `NAME <ADDRESS>`, and what follows.
fn person(text: &str) -> Option<(Actor, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    Some((actor(name, address), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
# comment
Ann Proper <ann@example.org>
<ben@example.org> <Ben@Old.example>
Cy <cy@example.org> <cy@old.example>
Di <di@example.org> Nick <shared@example.org>
Ed <ed@example.org> Eddie <shared@example.org>
no entry
<alone@example.org>
Half <ann
";

    fn check(name: &str, address: &str) -> String {
        let mailmap = Mailmap::read(FILE.as_bytes());
        let who = mailmap.resolve(&actor(name, address));
        format!("{} <{}>", who.name, who.address.text())
    }

    #[test]
    fn names_and_addresses_are_put_in_place() {
        for (name, address, expect) in [
            ("a", "ANN@example.org", "Ann Proper <ANN@example.org>"),
            ("Ben", "ben@old.example", "Ben <ben@example.org>"),
            ("x", "cy@old.example", "Cy <cy@example.org>"),
            ("nick", "shared@example.org", "Di <di@example.org>"),
            ("Eddie", "shared@example.org", "Ed <ed@example.org>"),
            ("Other", "shared@example.org", "Other <shared@example.org>"),
            ("Other", "none@example.org", "Other <none@example.org>"),
        ] {
            assert_eq!(check(name, address), expect);
        }
        let mailmap = Mailmap::read(FILE.as_bytes());
        assert_eq!((mailmap.lines, mailmap.broken), (5, 3));
    }

    proptest! {
        #[test]
        fn never_panics(text in "([A-Ca-c<>@#. ]{0,30}\n){0,9}", name in "[A-Ca-c]{0,3}", address in "[a-c@.]{0,5}") {
            let mailmap = Mailmap::read(text.as_bytes());
            mailmap.resolve(&actor(&name, &address));
        }

        #[test]
        fn case_changes_nothing(name in "[A-Za-z]{1,5}", address in "[a-z]{1,5}@[a-z]{1,5}") {
            let mailmap = Mailmap::read(format!("Proper <proper@example.org> {name} <{address}>").as_bytes());
            let who = mailmap.resolve(&actor(&name.to_uppercase(), &address.to_uppercase()));
            prop_assert_eq!(who.name, "Proper");
        }
    }
}
