//! `bartizan people vouch verify`: whether somebody is vouched for, or whether every signature holds.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use bartizan_people::vouch::{Handle, Standing, State, Vouches};
use clap::{ArgMatches, Args};

use super::{Command, people_vouch_list::Format, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::{self, Book, ListArguments, Prover, SignerArguments, handle},
};

pub(super) static COMMAND: PeopleVouchVerify = PeopleVouchVerify;

pub(super) struct PeopleVouchVerify;

#[derive(Debug, Args)]
struct Arguments {
    /// Only this account, as `platform:login` [default: every statement]
    #[arg(value_name = "ACCOUNT", value_parser = handle)]
    whom: Option<Handle>,

    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    signers: SignerArguments,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people vouch verify github:ann --signers .github/allowed_signers
  bartizan people vouch verify --signers .github/allowed_signers       in CI: every statement that was added

Exit codes, for an account: 0 somebody's signed word for it counts, 1 none does or the project denounces it, 3 nothing is said of it.
For all of them: 0 every signature holds, 1 one does not, 3 there is none. In both cases: 2 wrong use.";

impl Command for PeopleVouchVerify {
    fn path(&self) -> &'static [&'static str] {
        &["people", "vouch", "verify"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify"))
            .about("Verify whether somebody is vouched for, or every signature")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let mut book = Book::open(ctx, &arguments.list)?;
        let prover = Prover::open(ctx, &arguments.signers, now)?;
        let mut vouches = book.weigh(&prover, now)?;
        let exit = match &arguments.whom {
            Some(whom) => {
                vouches.judged.retain(|it| whom.may_be(&it.whom));
                vouches.denounced.retain(|it| whom.may_be(it));
                vouches.givers.retain(|giver, _| {
                    let mut judged = vouches.judged.iter();
                    judged.any(|it| it.by.as_ref() == Some(giver))
                });
                of_account(&vouches, book.list.standing(whom))
            }
            None => of_all(&vouches, book.problems.is_empty()),
        };
        let text = match arguments.format {
            Format::Human => vouching::human(ctx.terminal(file), &vouches, &book.problems),
            Format::Json => vouching::json(&vouches, &book.problems)?,
        };
        output::write(&text, file)?;
        Ok(exit)
    }
}

fn of_account(vouches: &Vouches, standing: Standing) -> Exit {
    let counts = vouches
        .judged
        .iter()
        .any(|it| it.state == State::Counts && it.weight > 0.0);
    match standing {
        Standing::Denounced => Exit::Findings,
        _ if counts => Exit::Clean,
        Standing::Unknown if vouches.judged.is_empty() => Exit::NothingToLookAt,
        _ => Exit::Findings,
    }
}

fn of_all(vouches: &Vouches, is_readable: bool) -> Exit {
    let mut signed = vouches.judged.iter().filter(|it| it.by.is_some());
    let is_wrong = |state: State| {
        matches!(
            state,
            State::Unproven | State::Early | State::OwnWord | State::Elsewhere
        )
    };
    if !is_readable || signed.clone().any(|it| is_wrong(it.state)) {
        Exit::Findings
    } else if signed.next().is_none() {
        Exit::NothingToLookAt
    } else {
        Exit::Clean
    }
}
