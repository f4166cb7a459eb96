//! Who is meant when somebody is to be forgotten: all the addresses that are theirs, as keyed hashes.

use std::collections::BTreeSet;

use crate::{
    corrections::Selector,
    history::Actor,
    identity::Persons,
    keyed::{Key, Pseudonym},
};

/// Who was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nobody.
    Nobody,
    /// One person, with the keyed hashes of all their addresses.
    Person(BTreeSet<Pseudonym>),
    /// So many: nobody is forgotten by mistake.
    Several(usize),
}

/// Finds a person among the actors of some histories, which [`Persons::of_actor`] counts through.
pub fn find(who: &Selector, actors: &[Actor], persons: &Persons, key: &Key) -> Found {
    let named: BTreeSet<usize> = who
        .matching(actors, key)
        .into_iter()
        .filter_map(|actor| persons.of_actor.get(actor).copied())
        .collect();
    let mut named = named.iter().filter_map(|it| persons.persons.get(*it));
    match (named.next(), named.count()) {
        (None, _) => Found::Nobody,
        (Some(person), 0) => {
            let own = person.actors.iter().filter_map(|it| actors.get(*it));
            Found::Person(own.map(|it| it.address.keyed(key)).collect())
        }
        (Some(_), others) => Found::Several(others + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corrections::Corrections, identity::persons, mailmap::Mailmap, object::actor};

    fn check(who: &str) -> String {
        let actors = [
            actor("Ann Bee", "ann@example.org"),
            actor("ann", "ann@example.org"),
            actor("Ann Bee", "17+ann@users.noreply.github.com"),
            actor("cy", "cy@example.org"),
            actor("cy", "cy@example.net"),
        ];
        let key = Key::new([1; 32]);
        let persons = persons(&actors, &Mailmap::read(b""), &Corrections::default(), &key);
        let hash = |address: &str| actor("", address).address.keyed(&key).to_string();
        let who = match who.strip_prefix("address:") {
            Some(address) => format!("hash:{}", hash(address)),
            None => who.to_owned(),
        };
        match find(&Selector::try_from(who).unwrap(), &actors, &persons, &key) {
            Found::Nobody => "nobody".to_owned(),
            Found::Several(number) => format!("{number} people"),
            Found::Person(addresses) => format!("{} addresses", addresses.len()),
        }
    }

    #[test]
    fn one_person_with_all_addresses() {
        for (who, expect) in [
            ("name:Ann Bee", "2 addresses"),
            ("account:ann", "2 addresses"),
            ("account:17", "2 addresses"),
            ("address:ANN@example.org", "2 addresses"),
            ("address:cy@example.net", "1 addresses"),
            ("name:cy", "2 people"),
            ("name:nobody", "nobody"),
        ] {
            assert_eq!(check(who), expect, "{who}");
        }
    }
}
