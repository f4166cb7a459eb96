//! `bartizan people vouch add`: somebody gives their word for somebody.

use bartizan_people::vouch::{Deed, Entry, MOST_DAYS};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    vouching::{AboutArguments, beside},
};

pub(super) static COMMAND: PeopleVouchAdd = PeopleVouchAdd;

pub(super) struct PeopleVouchAdd;

#[derive(Debug, Args)]
struct Arguments {
    /// After how many days it ends; two years at most
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(i64).range(1..=MOST_DAYS))]
    days: i64,

    #[command(flatten)]
    about: AboutArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people vouch add github:ann --by github:ben --project github.com/lab/lab \\
    --reason 'reviewed her work for two years' --sign ~/.ssh/id_ed25519
  bartizan people vouch add github:ann --by github:ben --reason 'as above' > statement
    then `ssh-keygen -Y sign -n bartizan -f KEY statement` or `cosign sign-blob --bundle statement.sig statement`, and
  bartizan people vouch add github:ann --statement statement --signature statement.sig

The account gets its line in `VOUCHED.td`, which other tools read too; the signed statement is added to
`VOUCHED.signatures.jsonl` beside it. Without a signature the statement is printed, to be signed elsewhere, and nothing is written.
A vouch ends by itself, counts in its own project only, and for less where its giver's other vouches were taken back.

Exit codes: 0 done, 2 wrong use.";

impl Command for PeopleVouchAdd {
    fn path(&self) -> &'static [&'static str] {
        &["people", "vouch", "add"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("add"))
            .about("Give a signed word for somebody, which ends after two years")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let deed = (Deed::Vouch, Some(arguments.days));
        arguments.about.give(ctx, deed, |book, statement| {
            book.list.put(Entry {
                handle: statement.whom.clone(),
                is_denounced: false,
                details: Some(statement.reason.clone()),
            });
            Some(format!(
                "{} is in {}, and the word of {} in {}",
                statement.whom,
                book.path.display(),
                statement.by,
                beside(&book.path).display()
            ))
        })
    }
}
