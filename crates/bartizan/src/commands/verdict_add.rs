//! `bartizan verdict add`: what a maintainer says of an entry.

use bartizan_model::{Timestamp, verdict::Verdict};
use bartizan_review::verdict::EntryName;
use bartizan_store::{GivenVerdict, LONGEST_REASON, ReviewEntry};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    verdicts::{self, ProjectArguments, StoreArguments},
};

pub(super) static COMMAND: VerdictAdd = VerdictAdd;

pub(super) struct VerdictAdd;

#[derive(Debug, Args)]
struct Arguments {
    /// The entry, as `review --verbose` and the `id` of its JSON name it: `RULE/0123456789abcdef`
    #[arg(value_name = "ENTRY")]
    entry: EntryName,

    /// `right`: it mattered; `wrong`: it is not so; `harmless`: it is so, and does no harm
    #[arg(value_name = "VERDICT")]
    verdict: Verdict,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    #[command(flatten)]
    project: ProjectArguments,

    #[command(flatten)]
    store: StoreArguments,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verdict add opaque-content/0123456789abcdef wrong --reason \"made by tools/make_table.py\"
  bartizan verdict add opaque-content/0123456789abcdef harmless --project numpy

The last verdict of an entry counts, whether it was given here or on the page of a project's queue: both keep them in the store
of `bartizan serve`, which is only ever added to, without the name of anybody. A reason is shown by `verdict list` and on no page.
Verdicts change no score and hide no entry.

Exit codes: 0 it is kept, 2 wrong use, 4 the store does not answer.";

impl Command for VerdictAdd {
    fn path(&self) -> &'static [&'static str] {
        &["verdict", "add"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("add"))
            .about("Say of an entry of a review whether it was right, wrong or harmless")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let reason = arguments.reason.filter(|it| !it.trim().is_empty());
        if reason.as_ref().is_some_and(|it| it.len() > LONGEST_REASON) {
            let why = format!("the reason has more than {LONGEST_REASON} bytes");
            return Err(Failure::usage(why).hint("shorten it"));
        }
        let given = GivenVerdict {
            of: ReviewEntry {
                project: arguments.project.name()?,
                rule: arguments.entry.rule.clone(),
                entry: arguments.entry.id.clone(),
            },
            verdict: arguments.verdict,
            at: arguments.as_of.unwrap_or_else(Timestamp::now),
            reason,
        };
        let is_new = verdicts::put(ctx, &arguments.store, &given)?;
        let still = if is_new { "" } else { " still" };
        ctx.note(&format!(
            "{} of {} is{still} {}",
            arguments.entry, given.of.project, given.verdict
        ));
        Ok(Exit::Clean)
    }
}
