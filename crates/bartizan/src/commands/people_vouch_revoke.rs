//! `bartizan people vouch revoke`: vouches for somebody are taken back.

use bartizan_people::vouch::{Deed, Handle};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::{Book, ListArguments, Wish, Word, WordArguments, beside, handle},
};

pub(super) static COMMAND: PeopleVouchRevoke = PeopleVouchRevoke;

pub(super) struct PeopleVouchRevoke;

#[derive(Debug, Args)]
struct Arguments {
    /// For whom the vouches were, as `platform:login`
    #[arg(value_name = "ACCOUNT", value_parser = handle)]
    whom: Handle,

    #[command(flatten)]
    word: WordArguments,

    #[command(flatten)]
    list: ListArguments,
}

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
        Arguments::augment_args(clap::Command::new("revoke"))
            .about("Take back, with a signed word, the vouches for somebody")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let mut book = Book::open(ctx, &arguments.list)?;
        let wish = Wish {
            deed: Deed::Revoke,
            whom: arguments.whom,
            days: None,
        };
        match arguments.word.word(&wish, || book.project())? {
            Word::Unsigned(text) => output::write(&text, None)?,
            Word::Signed(statement, record) => {
                let was_listed = book
                    .list
                    .find(&statement.whom)
                    .is_some_and(|it| !it.is_denounced);
                if !was_listed && !book.has_vouch(&statement.whom) {
                    ctx.note(&format!("Nobody vouched for {}.", statement.whom));
                    return Ok(Exit::NothingToLookAt);
                }
                // A line that denounces stays: it says more.
                if was_listed {
                    book.list.remove(&statement.whom);
                }
                book.write(&record)?;
                ctx.note(&format!(
                    "what was said for {} no longer counts, as {} says in {}",
                    statement.whom,
                    statement.by,
                    beside(&book.path).display()
                ));
            }
        }
        Ok(Exit::Clean)
    }
}
