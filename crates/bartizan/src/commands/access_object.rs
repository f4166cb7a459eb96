//! `bartizan access object`: log that somebody who was told wants to keep what they have.

use bartizan_access::{
    log::{Entry, Event},
    right::Account,
};
use bartizan_model::Timestamp;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    access::organisation,
    accessing::{LogArguments, account, log, told, unusable},
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
};

pub(super) static COMMAND: AccessObject = AccessObject;

pub(super) struct AccessObject;

#[derive(Debug, Args)]
struct Arguments {
    /// The organisation of the notice
    #[arg(value_name = "ORGANISATION", value_parser = organisation)]
    organisation: bartizan_access::name::Login,

    /// Who wants to keep what they have, as `platform:login`
    #[arg(value_name = "ACCOUNT", value_parser = account)]
    account: Account,

    /// Who writes it down, as `platform:login`; it may be the same one
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// What they said, in one line; nobody has to give a reason
    #[arg(long, value_name = "TEXT", default_value = "")]
    detail: String,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    log: LogArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access object networkx github:dan --by github:ann

From then on no plan takes anything from them that the notice was about, until a person decides: by an exception in the profile, or by a
new notice.

Exit codes: 0 logged, 2 wrong use, or they were told nothing, 4 the log cannot be believed.";

impl Command for AccessObject {
    fn path(&self) -> &'static [&'static str] {
        &["access", "object"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("object"))
            .about("Log that somebody who was told wants to keep what they have")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let mut log = log(ctx, &arguments.log)?;
        let key = (
            arguments.organisation.to_string(),
            arguments.account.clone(),
        );
        if !told(log.log()).contains_key(&key) {
            let (place, who) = key;
            return Err(
                Failure::usage(format!("nothing was told to {who} in {place}"))
                    .hint("`bartizan access log show` tells who was told, and where"),
            );
        }
        let detail = arguments.detail.chars().filter(|it| !it.is_control());
        let entry = Entry {
            number: 0,
            at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            event: Event::Objected,
            by: arguments.by.to_string(),
            about: Some(arguments.account.to_string()),
            place: Some(arguments.organisation.to_string()),
            reference: None,
            content: None,
            detail: detail.take(1_000).collect(),
        };
        log.add(entry).map_err(|error| unusable(&error))?;
        ctx.note(
            "no plan takes anything from them that the notice was about, until a person decides",
        );
        Ok(Exit::Clean)
    }
}
