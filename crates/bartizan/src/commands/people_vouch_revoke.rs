//! `bartizan people vouch revoke`: vouches for somebody are taken back.

use bartizan_people::vouch::Deed;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    vouching::{AboutArguments, beside},
};

pub(super) static COMMAND: PeopleVouchRevoke = PeopleVouchRevoke;

pub(super) struct PeopleVouchRevoke;

const AFTER_HELP: &str = "\
Examples:
  bartizan people vouch revoke github:ann --by github:ben --reason 'the account was sold' --sign ~/.ssh/id_ed25519

Every vouch in this project for the account, until now, no longer counts, whoever gave it, and those who gave them count for
less. The account's line leaves `VOUCHED.td`; the statement is added beside it. Other projects are not concerned.

Exit codes: 0 done, 2 wrong use, 3 nobody vouched for the account.";

impl Command for PeopleVouchRevoke {
    fn path(&self) -> &'static [&'static str] {
        &["people", "vouch", "revoke"]
    }

    fn arguments(&self) -> clap::Command {
        AboutArguments::augment_args(clap::Command::new("revoke"))
            .about("Take back, with a signed word, the vouches for somebody")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let about: AboutArguments = read(arguments)?;
        about.give(ctx, (Deed::Revoke, None), |book, statement| {
            let listed = book.list.find(&statement.whom);
            let was_listed = listed.is_some_and(|it| !it.is_denounced);
            if !was_listed && !book.has_vouch(&statement.whom) {
                ctx.note(&format!("Nobody vouched for {}.", statement.whom));
                return None;
            }
            // A line that denounces stays: it says more.
            if was_listed {
                book.list.remove(&statement.whom);
            }
            Some(format!(
                "what was said for {} no longer counts, as {} says in {}",
                statement.whom,
                statement.by,
                beside(&book.path).display()
            ))
        })
    }
}
