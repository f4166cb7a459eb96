//! `bartizan people forget`: of a person only a pseudonym is left in this home.

use std::{collections::BTreeSet, path::PathBuf};

use bartizan_model::Timestamp;
use bartizan_people::{
    Address, Key, Pseudonym,
    corrections::{Corrections, Selector},
    forget::{Found, find},
    history::Actor,
    identity::{self, Named},
    mailmap::Mailmap,
    vouch::Handle,
};
use bartizan_sources::{
    home::Home,
    past::{self, Kept, Proposals, Wanted},
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    flagging,
    render::words::count,
    vouching::handle,
};

pub(super) static COMMAND: PeopleForget = PeopleForget;

pub(super) struct PeopleForget;

#[derive(Debug, Args)]
struct Arguments {
    /// Whom: `address:ADDRESS`, `hash:HEX`, `account:NUMBER`, `account:LOGIN` or `name:NAME`
    #[arg(value_name = "PERSON")]
    person: String,

    /// Repositories in which all of the person's addresses are looked up [default: only the address that is named]
    #[arg(value_name = "REPOSITORY")]
    repositories: Vec<PathBuf>,

    /// An account of the person, as `platform:login`: what flags say of it is removed
    #[arg(long, value_name = "ACCOUNT", value_parser = handle)]
    account: Vec<Handle>,

    /// The folder that flags are kept in [default: in the home]
    #[arg(long = "flags", value_name = "DIR")]
    flags: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people forget account:ann numpy scipy --account github:ann
  bartizan people forget address:ann@example.org

From then on every command that uses this home shows a pseudonym in place of the person, and knows no account of theirs. The node
and its edges stay, so that the work of others keeps its meaning. What flags say of the accounts is removed; that they were
there stays in the log. The home keeps a keyed hash of each address, which is what it forgets by.

Not reached: the repositories themselves, lists such as VOUCHED.td in them, a `people.toml`, files that were written before, and other homes.

Exit codes: 0 done, 2 wrong use, 3 nobody is called that.";

impl Command for PeopleForget {
    fn path(&self) -> &'static [&'static str] {
        &["people", "forget"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("forget"))
            .about("Leave only a pseudonym of a person in this home")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let home = Home::new(ctx.home()?);
        let key = past::key(&home).map_err(|error| {
            Failure::data(chain(&error)).hint("remove the file, or see who may read it")
        })?;
        let who = selector(&arguments.person, &key)?;
        let mut addresses = match whole_hash(&who) {
            Some(hash) => BTreeSet::from([hash]),
            None if arguments.repositories.is_empty() => {
                return Err(
                    Failure::usage("an account or a name has to be looked up").hint(
                        "name repositories in which the person worked, or the person's address",
                    ),
                );
            }
            None => BTreeSet::new(),
        };
        match look_up(&home, &key, &who, &arguments.repositories)? {
            Found::Person(found) => addresses.extend(found),
            Found::Nobody if addresses.is_empty() && arguments.account.is_empty() => {
                ctx.note("Nobody is called that in these repositories.");
                return Ok(Exit::NothingToLookAt);
            }
            Found::Nobody => {}
            Found::Several(number) => {
                return Err(Failure::usage(format!("that names {number} people"))
                    .hint("name one of them by `account:` or `hash:`"));
            }
        }
        let new = past::forget(&home, &addresses).map_err(|error| Failure::data(chain(&error)))?;
        let flags = forget_flags(&home, &key, &arguments)?;
        ctx.note(&format!(
            "forgotten by {}, of which {new} new; {} removed",
            count(addresses.len(), "address", "addresses"),
            count(flags, "flag's words", "flags' words"),
        ));
        Ok(Exit::Clean)
    }
}

/// Whom the words name. An address is hashed at once and kept nowhere.
fn selector(text: &str, key: &Key) -> Result<Selector, Failure> {
    let text = match text.strip_prefix("address:") {
        Some(address) => format!("hash:{}", Address::new(address.trim()).keyed(key)),
        None => text.to_owned(),
    };
    Selector::try_from(text).map_err(Failure::usage)
}

/// The keyed hash of an address, where all of it is named.
fn whole_hash(who: &Selector) -> Option<Pseudonym> {
    match who {
        Selector::Hash(digits) => Pseudonym::read(digits),
        Selector::Account(_) | Selector::Name(_) => None,
    }
}

fn look_up(
    home: &Home,
    key: &Key,
    who: &Selector,
    repositories: &[PathBuf],
) -> Result<Found, Failure> {
    let mut read: Vec<(Vec<Actor>, Mailmap)> = Vec::new();
    for path in repositories {
        let wanted = Wanted {
            lines: false,
            kept: Some(Kept::new(home, key, path)),
            proposals: Proposals::None,
        };
        let reading = past::read(path, &wanted, &mut ())
            .map_err(|error| Failure::usage(chain(&error)).hint("name git repositories"))?;
        let mailmap = Mailmap::read(reading.history.mailmap.as_deref().unwrap_or_default());
        read.push((reading.history.actors, mailmap));
    }
    let named: Vec<Named<'_>> = read
        .iter()
        .map(|(actors, mailmap)| Named { actors, mailmap })
        .collect();
    let persons = identity::persons_across(&named, &Corrections::default(), key);
    let actors: Vec<Actor> = read
        .iter()
        .flat_map(|(actors, _)| actors)
        .cloned()
        .collect();
    Ok(find(who, &actors, &persons, key))
}

/// Removes what flags say of the accounts.
fn forget_flags(home: &Home, key: &Key, arguments: &Arguments) -> Result<usize, Failure> {
    let folder = arguments.flags.clone().unwrap_or_else(|| home.flags());
    if arguments.account.is_empty() || !folder.exists() {
        return Ok(0);
    }
    let mut store = flagging::store(home, Some(&folder))?;
    let by = key.pseudonym(&["bartizan people forget"]);
    let mut removed = 0;
    for account in &arguments.account {
        let person = flagging::pseudonym(key, account);
        let forgotten = store.forget(person, by, Timestamp::now());
        removed += forgotten.map_err(|error| flagging::unusable(&error))?;
    }
    Ok(removed)
}
