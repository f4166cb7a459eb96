//! `bartizan access remind`: tell those again who were told, and did not answer.

use std::path::PathBuf;

use bartizan_access::{
    log::{Entry, Event},
    right::Account,
};
use bartizan_model::Timestamp;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    accessing::{LogArguments, account, due, log, reminder, unusable},
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessRemind = AccessRemind;

pub(super) struct AccessRemind;

#[derive(Debug, Args)]
struct Arguments {
    /// Who reminds them, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// The folder for the texts, which somebody has to send
    #[arg(long, value_name = "DIR", default_value = "notices")]
    notices: PathBuf,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    log: LogArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access remind --by github:ann

Whoever was told fourteen days ago or more, and neither asked to keep what they have (`bartizan access object`) nor was reminded, gets a text
in the folder of notices; somebody sends it. That it was written stands in the log.

Exit codes: 0 texts were written, 2 wrong use, 3 nobody has to be reminded now, 4 the log cannot be believed.";

impl Command for AccessRemind {
    fn path(&self) -> &'static [&'static str] {
        &["access", "remind"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("remind"))
            .about("Tell those again who were told, and did not answer")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let mut log = log(ctx, &arguments.log)?;
        let due = due(log.log(), now);
        if due.is_empty() {
            return Ok(Exit::NothingToLookAt);
        }
        let folder = &arguments.notices;
        let name = folder.display();
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::usage(format!("cannot make `{name}`: {error}")))?;
        for ((organisation, account), it) in &due {
            let file = format!("{organisation}-{}-reminder.txt", account.login());
            let text = reminder(organisation, account, it);
            output::write_for_owner(&text, &folder.join(file))?;
            let entry = Entry {
                number: 0,
                at: Timestamp::from_second(now.as_second()).unwrap_or(now),
                event: Event::Reminded,
                by: arguments.by.to_string(),
                about: Some(account.to_string()),
                place: Some(organisation.clone()),
                reference: None,
                content: it.plan,
                detail: String::new(),
            };
            log.add(entry).map_err(|error| unusable(&error))?;
        }
        ctx.note(&format!(
            "{} texts lie in {name}; somebody has to send them",
            due.len()
        ));
        Ok(Exit::Clean)
    }
}
