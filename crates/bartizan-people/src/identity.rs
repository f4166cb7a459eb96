//! Which names and addresses are one person.
//!
//! In this order: the project's own `.mailmap`, the number that a code host gives an account, an equal address, an equal
//! name of at least two words. Every merge keeps its reason, and what a person of the project says
//! ([`Corrections`]) stands above all: it joins first, and what it splits is never merged.
//! Merging too little is the smaller harm: somebody then has two entries; merging too much gives one the work of another.

mod cluster;
mod names;
mod noreply;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    corrections::Corrections,
    keyed::{Key, Pseudonym},
    mailmap::Mailmap,
    object::Actor,
};

use self::cluster::Clusters;
pub(crate) use self::{
    cluster::Side,
    names::several_words,
    noreply::{Account, is_host, is_personal},
};

/// Why two names or addresses are taken for one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Somebody of the project said so.
    Joined,
    /// The project's `.mailmap` says so.
    Mailmap,
    /// The code host gives both the same number.
    HostNumber,
    /// The code host gives both the same name of an account, and that name to one number only.
    HostLogin,
    /// The addresses are equal.
    Address,
    /// The names are equal, have several words, and belong to one account at most.
    Name,
}

/// Two actors that were taken for one person's, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Merge {
    /// The one.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// Why.
    pub reason: Reason,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// How they are called: by the project, or most completely.
    pub name: String,
    /// Who stands for them where it is published.
    pub pseudonym: Pseudonym,
    /// The numbers of their actors, sorted.
    pub actors: Vec<usize>,
    /// The number that a code host gives their account.
    pub host_numbers: Vec<u64>,
    /// Whether it says by itself that it is a program.
    pub is_program: bool,
    /// Whether they are to be forgotten: their name is their pseudonym then, and no account is known.
    pub is_forgotten: bool,
}

/// Who is who.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Persons {
    /// Everybody, sorted by name and actors.
    pub persons: Vec<Person>,
    /// The person of each actor.
    pub of_actor: Vec<usize>,
    /// Why, in the order in which it was found.
    pub merges: Vec<Merge>,
    /// How many merges were kept from happening by what the project said.
    pub kept_apart: usize,
}

/// An address of so many names is nobody's: a build server, an example in a handbook.
const MOST_NAMES_OF_AN_ADDRESS: usize = 3;

/// Everybody whom one project names, and what it says of who they are.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Everybody.
    pub actors: &'a [Actor],
    /// What it says.
    pub mailmap: &'a Mailmap,
}

/// Says who is who in one project.
pub fn persons(
    actors: &[Actor],
    mailmap: &Mailmap,
    corrections: &Corrections,
    key: &Key,
) -> Persons {
    persons_across(&[Named { actors, mailmap }], corrections, key)
}

/// Says who is who over several projects. Actors are numbered through: those of the second project follow those of the
/// first. What a project's `.mailmap` says holds for those whom this project names.
pub fn persons_across(projects: &[Named<'_>], corrections: &Corrections, key: &Key) -> Persons {
    let known: Vec<Known> = projects
        .iter()
        .flat_map(|it| it.actors.iter().map(|actor| Known::of(actor, it.mailmap)))
        .collect();
    let actors: Cow<'_, [Actor]> = match projects {
        [one] => Cow::Borrowed(one.actors),
        several => several.iter().flat_map(|it| it.actors).cloned().collect(),
    };
    let mut clusters = Clusters::new(&known, &corrections.apart(&actors, key));
    for group in corrections.together(&actors, key) {
        clusters.join(&group, Reason::Joined);
    }
    let proper: BTreeSet<(String, String)> = known
        .iter()
        .filter(|it| it.mailmapped)
        .map(Known::words)
        .collect();
    join_equal(&mut clusters, &known, Reason::Mailmap, |it| {
        Some(it.words()).filter(|words| proper.contains(words))
    });
    join_equal(&mut clusters, &known, Reason::HostNumber, |it| {
        it.account.as_ref()?.number
    });
    let ambiguous = ambiguous_logins(&known);
    join_equal(&mut clusters, &known, Reason::HostLogin, |it| {
        let login = it.account.as_ref()?.login.clone();
        (!ambiguous.contains(&login)).then_some(login)
    });
    let shared = shared_addresses(&known);
    join_equal(&mut clusters, &known, Reason::Address, |it| {
        let address = it.address();
        (is_personal(&address) && !shared.contains(&address)).then_some(address)
    });
    join_names(&mut clusters, &known);
    told((&actors, &known), clusters, &corrections.forgotten, key)
}

/// What is known of an actor by itself.
struct Known {
    proper: Actor,
    /// Whether the project's own words differ from the commit's.
    mailmapped: bool,
    account: Option<Account>,
}

impl Known {
    fn of(actor: &Actor, mailmap: &Mailmap) -> Self {
        let proper = mailmap.resolve(actor);
        let account = Account::of(actor.address.text());
        Self {
            mailmapped: proper != *actor,
            account: account.or_else(|| Account::of(proper.address.text())),
            proper,
        }
    }

    /// Name and address without regard to case.
    fn words(&self) -> (String, String) {
        (self.proper.name.to_lowercase(), self.address())
    }

    fn address(&self) -> String {
        self.proper.address.text().to_lowercase()
    }
}

/// Joins those who have something in common.
fn join_equal<T: Ord>(
    clusters: &mut Clusters,
    known: &[Known],
    reason: Reason,
    common: impl Fn(&Known) -> Option<T>,
) {
    let mut groups: BTreeMap<T, Vec<usize>> = BTreeMap::new();
    for (number, it) in known.iter().enumerate() {
        if let Some(common) = common(it) {
            groups.entry(common).or_default().push(number);
        }
    }
    for group in groups.into_values() {
        clusters.join(&group, reason);
    }
}

/// Names of accounts that several numbers have had: an account was deleted, and its name taken by somebody else.
fn ambiguous_logins(known: &[Known]) -> BTreeSet<String> {
    let mut numbers: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for account in known.iter().filter_map(|it| it.account.as_ref()) {
        numbers
            .entry(&account.login)
            .or_default()
            .extend(account.number);
    }
    let several = numbers.into_iter().filter(|(_, numbers)| numbers.len() > 1);
    several.map(|(login, _)| login.to_owned()).collect()
}

fn shared_addresses(known: &[Known]) -> BTreeSet<String> {
    let mut of_address: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in known {
        if let Some(name) = several_words(&it.proper.name) {
            of_address.entry(it.address()).or_default().insert(name);
        }
    }
    let shared = of_address
        .into_iter()
        .filter(|(_, it)| it.len() > MOST_NAMES_OF_AN_ADDRESS);
    shared.map(|(address, _)| address).collect()
}

/// Joins those with an equal name, unless it is the name of several accounts, or one of several names that hang together
/// and are: in which order they stand in the alphabet must not decide which of two is believed, so neither is.
fn join_names(clusters: &mut Clusters, known: &[Known]) {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, it) in known.iter().enumerate() {
        if let Some(name) = several_words(&it.proper.name) {
            groups.entry(name).or_default().push(number);
        }
    }
    let mut together = clusters.clone();
    for group in groups.values() {
        together.join(group, Reason::Name);
    }
    for group in groups.into_values() {
        // What was split by hand may leave several groups of one name.
        let roots: BTreeSet<usize> = group.iter().map(|it| together.root(*it)).collect();
        let mut roots = roots.into_iter();
        if roots.all(|root| together.host_numbers(root).len() <= 1) {
            clusters.join(&group, Reason::Name);
        }
    }
}

fn told(
    (actors, known): (&[Actor], &[Known]),
    mut clusters: Clusters,
    forgotten: &BTreeSet<Pseudonym>,
    key: &Key,
) -> Persons {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..known.len() {
        groups
            .entry(clusters.root(number))
            .or_default()
            .push(number);
    }
    let mut persons: Vec<Person> = groups
        .into_iter()
        .map(|(root, group)| person(group, known, clusters.host_numbers(root), key))
        .collect();
    if !forgotten.is_empty() {
        for person in &mut persons {
            person.forget(actors, forgotten, key);
        }
    }
    persons.sort_by(|one, other| (&one.name, &one.actors).cmp(&(&other.name, &other.actors)));
    let mut of_actor = vec![0; known.len()];
    for (number, person) in persons.iter().enumerate() {
        for actor in &person.actors {
            if let Some(of_actor) = of_actor.get_mut(*actor) {
                *of_actor = number;
            }
        }
    }
    Persons {
        persons,
        of_actor,
        merges: clusters.merges,
        kept_apart: clusters.kept_apart,
    }
}

fn person(actors: Vec<usize>, known: &[Known], host_numbers: BTreeSet<u64>, key: &Key) -> Person {
    let members = || actors.iter().filter_map(|number| known.get(*number));
    // The project's own word first, then the name of most words, then the first in the alphabet.
    let best = members().min_by_key(|it| {
        let words = it.proper.name.split_whitespace().count();
        (
            !it.mailmapped,
            std::cmp::Reverse(words.min(3)),
            it.proper.name.clone(),
        )
    });
    let canonical = match host_numbers.first() {
        Some(number) => format!("host {number}"),
        None => members().map(Known::address).min().unwrap_or_default(),
    };
    let name = best.map(|it| it.proper.name.clone()).unwrap_or_default();
    Person {
        pseudonym: key.pseudonym(&[
            "person",
            &canonical,
            if canonical.is_empty() { &name } else { "" },
        ]),
        is_program: members().any(|it| names::is_program(&it.proper.name)),
        name,
        host_numbers: host_numbers.into_iter().collect(),
        is_forgotten: false,
        actors,
    }
}

impl Person {
    /// Takes name and account away where one of the addresses is to be forgotten: what is left is a node.
    fn forget(&mut self, actors: &[Actor], forgotten: &BTreeSet<Pseudonym>, key: &Key) {
        let mut own = self.actors.iter().filter_map(|it| actors.get(*it));
        if own.any(|it| forgotten.contains(&it.address.keyed(key))) {
            self.name = format!("person {}", self.pseudonym);
            self.host_numbers.clear();
            self.is_forgotten = true;
        }
    }
}

#[cfg(test)]
mod tests;
