//! Which accounts at a code host are whose, as far as histories say so.
//!
//! Published teams name accounts; histories name names and addresses. The bridge is, from the surest: the number of an
//! account in a noreply address, its name there, the subject of a merge that names the account whose branch it brought in, and
//! an equal name. What leads to several persons leads to nobody.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::team::{Member, Team};

use crate::{
    corpus::{Corpus, PersonNumber, Project},
    history::Actor,
    identity::{self, Account},
};

/// Accounts by what is known of them.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    by_number: BTreeMap<u64, PersonNumber>,
    by_login: BTreeMap<String, PersonNumber>,
    by_branch: BTreeMap<String, PersonNumber>,
    /// Names of several words, and single words that may be the name of an account.
    by_name: BTreeMap<String, PersonNumber>,
    login_of: BTreeMap<PersonNumber, String>,
    /// Those who wrote something.
    workers: BTreeSet<PersonNumber>,
}

/// A team as persons of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownTeam {
    /// Those who are in it, each once.
    pub members: BTreeSet<PersonNumber>,
    /// Those who were, and are not.
    pub former: BTreeSet<PersonNumber>,
    /// Members whom no history names.
    pub unknown: usize,
}

impl Accounts {
    /// Reads the accounts out of a corpus.
    pub fn of(corpus: &Corpus) -> Self {
        let (mut numbers, mut logins, mut names) =
            (Groups::default(), Groups::default(), Groups::default());
        for (number, person) in (0..).zip(&corpus.persons.persons) {
            for host_number in &person.host_numbers {
                numbers.put(*host_number, number);
            }
            if let Some(name) = name_of(&person.name) {
                names.put(name, number);
            }
        }
        for project in &corpus.projects {
            for (actor, person) in project.history.actors.iter().zip(&project.persons) {
                if let Some(account) = Account::of(actor.address.text()) {
                    logins.put(account.login, *person);
                }
                if let Some(name) = name_of(&actor.name) {
                    names.put(name, *person);
                }
            }
        }
        let by_login = logins.clear();
        let mut branches = branches(&corpus.projects);
        let is_forgotten = |it: &PersonNumber| corpus.person(*it).is_some_and(|it| it.is_forgotten);
        branches.retain(|_, (person, _)| !is_forgotten(person));
        let by_branch: BTreeMap<String, PersonNumber> = branches
            .iter()
            .map(|(login, (person, _))| (login.clone(), *person))
            .collect();
        let of_branch = usual(&branches).into_iter();
        let of_address = by_login
            .iter()
            .map(|(login, person)| (*person, login.clone()));
        let login_of = of_branch.chain(of_address);
        let projects = corpus.projects.iter();
        let workers = projects.flat_map(|it| it.works.iter().map(|work| work.author));
        Self {
            workers: workers.collect(),
            login_of: login_of.collect(),
            by_number: numbers.clear(),
            by_name: names.clear(),
            by_login,
            by_branch,
        }
    }

    /// Who a member of a team is.
    pub fn person(&self, member: &Member) -> Option<PersonNumber> {
        if let Some(person) = member.number.and_then(|it| self.by_number.get(&it)) {
            return Some(*person);
        }
        let login = member.login.as_deref().unwrap_or_default();
        let name = member.name.as_deref().and_then(name_of);
        let ways = [
            self.by_login.get(login),
            self.by_branch.get(login),
            name.and_then(|it| self.by_name.get(&it)),
            self.by_name.get(login),
        ];
        // A noreply address may stand in trailers only, and its owner's work under another one: who works comes first.
        let mut found = ways.into_iter().flatten().copied();
        let first = found.clone().next();
        found.find(|it| self.workers.contains(it)).or(first)
    }

    /// Who a text of a user means: an account, or a name.
    pub fn find(&self, text: &str) -> Option<PersonNumber> {
        let text = text.trim().trim_start_matches('@');
        self.person(&Member {
            login: Some(text.to_lowercase()),
            number: text.parse().ok(),
            name: Some(text.to_owned()),
        })
    }

    /// The persons of a team.
    pub fn team(&self, team: &Team) -> KnownTeam {
        let persons = |members: &[Member]| -> BTreeSet<PersonNumber> {
            members.iter().filter_map(|it| self.person(it)).collect()
        };
        let members = persons(&team.members);
        let unknown = team.members.iter().filter(|it| self.person(it).is_none());
        KnownTeam {
            unknown: unknown.count(),
            former: persons(&team.former)
                .difference(&members)
                .copied()
                .collect(),
            members,
        }
    }

    /// The name of somebody's account, where a history tells one.
    pub fn login(&self, person: PersonNumber) -> Option<&str> {
        self.login_of.get(&person).map(String::as_str)
    }
}

impl Corpus {
    /// Who a name with an address is, where the corpus knows it: of an equal one, of an equal account, of an equal address or of
    /// an equal name.
    pub fn person_of(&self, actor: &Actor) -> Option<PersonNumber> {
        let account = Account::of(actor.address.text());
        let by_number = account.and_then(|it| it.number).and_then(|wanted| {
            let mut persons = (0..).zip(&self.persons.persons);
            persons.find(|(_, it)| it.host_numbers.contains(&wanted))
        });
        let known = || {
            let projects = self.projects.iter();
            projects.flat_map(|it| it.history.actors.iter().zip(&it.persons))
        };
        let address = actor.address.text();
        let by_address = || {
            let is_personal = identity::is_personal(&address.to_lowercase());
            let mut same = known()
                .filter(|(it, _)| is_personal && it.address.text().eq_ignore_ascii_case(address));
            same.next().map(|(_, person)| *person)
        };
        let by_name = || {
            let name = identity::several_words(&actor.name)?;
            let same =
                known().filter(|(it, _)| identity::several_words(&it.name).as_ref() == Some(&name));
            let persons: BTreeSet<PersonNumber> = same.map(|(_, person)| *person).collect();
            persons.first().copied().filter(|_| persons.len() == 1)
        };
        let equal = || {
            known()
                .find(|(it, _)| *it == actor)
                .map(|(_, person)| *person)
        };
        equal()
            .or(by_number.map(|(number, _)| number))
            .or_else(by_address)
            .or_else(by_name)
    }
}

/// Accounts by the branches that were merged from them: whose they are, and how often that was so.
type Branches = BTreeMap<String, (PersonNumber, usize)>;

/// Whose branches a project merged from an account: whoever wrote most of it, where that is more than half. Somebody who once
/// went on with the branch of another does not have that one's account.
fn branches(projects: &[Project]) -> Branches {
    let mut votes: BTreeMap<String, BTreeMap<PersonNumber, usize>> = BTreeMap::new();
    for project in projects {
        for merge in &project.merges {
            let commit = project.history.commits.get(merge.commit as usize);
            let login = commit.and_then(|it| it.pull.as_ref()?.login.as_ref());
            if let (Some(login), [author]) = (login, merge.authors.as_slice()) {
                let votes = votes.entry(login.to_lowercase()).or_default();
                *votes.entry(*author).or_default() += 1;
            }
        }
    }
    let clear = votes.into_iter().filter_map(|(login, votes)| {
        let all: usize = votes.values().sum();
        let (person, most) = votes.into_iter().max_by_key(|(_, count)| *count)?;
        (2 * most > all).then_some((login, (person, most)))
    });
    let mut clear: Branches = clear.collect();
    let usual = usual(&clear);
    clear.retain(|login, (person, count)| *count > 1 || usual.get(person) == Some(login));
    clear
}

/// The account that most branches of each person came from.
fn usual(branches: &Branches) -> BTreeMap<PersonNumber, String> {
    let mut most: BTreeMap<PersonNumber, (usize, &str)> = BTreeMap::new();
    for (login, (person, count)) in branches {
        let entry = most.entry(*person).or_insert((*count, login));
        if *count > entry.0 {
            *entry = (*count, login);
        }
    }
    let logins = most.into_iter();
    logins
        .map(|(person, (_, login))| (person, login.to_owned()))
        .collect()
}

/// A name as it is compared: several words, or one that could be the name of an account.
fn name_of(name: &str) -> Option<String> {
    let single = || {
        let name = name.trim();
        (name.len() > 3 && !name.contains(char::is_whitespace)).then(|| name.to_lowercase())
    };
    identity::several_words(name).or_else(single)
}

/// Who something leads to, where it leads to one.
struct Groups<K>(BTreeMap<K, BTreeSet<PersonNumber>>);

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Groups<K> {
    fn put(&mut self, key: K, person: PersonNumber) {
        self.0.entry(key).or_default().insert(person);
    }

    fn clear(self) -> BTreeMap<K, PersonNumber> {
        let sole = |(key, persons): (K, BTreeSet<PersonNumber>)| {
            let only = persons.first().copied().filter(|_| persons.len() == 1)?;
            Some((key, only))
        };
        self.0.into_iter().filter_map(sole).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        corpus::{Source, sample},
        corrections::Corrections,
        history::Address,
        keyed::Key,
    };

    const HISTORY: &str = "
        a ann 2020-01-01
        b<a benny 2020-01-02
        c<a+b ann>github 2020-01-03 #1
        d cyril 2020-01-04
    ";

    fn corpus() -> Corpus {
        let mut history = sample::history(HISTORY);
        history.actors[0] = Actor {
            name: "Ann Bee".to_owned(),
            address: Address::new("17+AnnB@users.noreply.github.com"),
        };
        for commit in &mut history.commits {
            if let Some(pull) = &mut commit.pull {
                pull.login = Some("Ben-C".to_owned());
            }
        }
        let name = "p".to_owned();
        let source = Source { name, history };
        Corpus::of(vec![source], &Corrections::default(), &Key::new([1; 32]))
    }

    fn check(login: &str, number: Option<u64>, name: &str) -> String {
        let corpus = corpus();
        let member = Member {
            login: Some(login.to_owned()),
            number,
            name: Some(name.to_owned()),
        };
        let found = Accounts::of(&corpus).person(&member);
        found.map_or("-".to_owned(), |it| corpus.person(it).unwrap().name.clone())
    }

    #[test]
    fn from_number_to_name() {
        assert_eq!(check("renamed", Some(17), ""), "Ann Bee");
        assert_eq!(check("annb", None, ""), "Ann Bee");
        assert_eq!(check("ben-c", None, ""), "benny");
        assert_eq!(check("cyril", None, ""), "cyril");
        assert_eq!(check("x", None, "ann  bee"), "Ann Bee");
        assert_eq!(check("x", Some(18), "Nobody Here"), "-");
    }

    /// Twice with branches of their own, once with one of another, whose name comes last.
    #[test]
    fn whoever_goes_on_with_a_branch_does_not_have_its_account() {
        let mut history = sample::history(
            "
            a ann 2020-01-01
            b<a benny 2020-01-02
            c<a+b ann>github 2020-01-03 #1
            d<c benny 2020-01-04
            e<c+d ann>github 2020-01-05 #2
            f<e benny 2020-01-06
            g<e+f ann>github 2020-01-07 #3
            ",
        );
        for commit in &mut history.commits {
            if let Some(pull) = &mut commit.pull {
                let login = if pull.number == 3 { "zed" } else { "Ben-C" };
                pull.login = Some(login.to_owned());
            }
        }
        let name = "p".to_owned();
        let source = Source { name, history };
        let corpus = Corpus::of(vec![source], &Corrections::default(), &Key::new([1; 32]));
        let accounts = Accounts::of(&corpus);
        let benny = accounts.find("ben-c").unwrap();
        assert_eq!(accounts.login(benny), Some("ben-c"));
        assert_eq!(accounts.find("zed"), None);
    }

    #[test]
    fn a_team_as_persons() {
        let member = |login: &str| Member {
            login: Some(login.to_owned()),
            ..Member::default()
        };
        let team = Team {
            members: vec![member("annb"), member("zed")],
            former: vec![member("annb"), member("ben-c")],
        };
        let corpus = corpus();
        let known = Accounts::of(&corpus).team(&team);
        assert_eq!(
            (known.members.len(), known.former.len(), known.unknown),
            (1, 1, 1)
        );
    }

    #[test]
    fn who_somebody_new_is() {
        let corpus = corpus();
        let check = |name: &str, address: &str| {
            let actor = Actor {
                name: name.to_owned(),
                address: Address::new(address),
            };
            let found = corpus.person_of(&actor);
            found.map_or("-", |it| corpus.person(it).unwrap().name.as_str())
        };
        assert_eq!(check("x", "17+other@users.noreply.github.com"), "Ann Bee");
        assert_eq!(check("x", "BENNY@mail.example.org"), "benny");
        assert_eq!(check("Ann Bee", "new@example.net"), "Ann Bee");
        assert_eq!(check("cyril", "new@example.net"), "-");
    }
}
