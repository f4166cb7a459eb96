//! `bartizan review`: what a change introduces, ordered for expert eyes.

mod arguments;
mod artifacts;
mod feed;
mod github;
mod human;
mod json;
mod markdown;
mod order;
mod pull;
mod queue;
mod range;
mod report;
mod sarif;
mod staged;

use std::path::PathBuf;

use bartizan_assessment::review::workflows;
use bartizan_model::Timestamp;
use bartizan_review::{Review, rule::Rules};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};
use arguments::{AFTER_HELP, Arguments, Format};
use feed::{feed, small};
use report::ReviewReport;

pub(super) static COMMAND: ReviewCommand = ReviewCommand;

pub(super) struct ReviewCommand;

/// The largest file of rules.
const LARGEST_RULES: usize = 4 << 20;

impl Command for ReviewCommand {
    fn path(&self) -> &'static [&'static str] {
        &["review"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("review"))
            .about("Tell what a change introduces that deserves an expert's eyes, the most important first")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let rules = rules_of(&arguments.rules)?.and(workflows::rules());
        if arguments.queue.queue {
            return queue::run(ctx, &arguments, &rules, now);
        }
        if arguments.order.learn {
            return order::learn(ctx, &arguments);
        }
        let mut review = Review::new(&rules);
        let problems = feed(ctx, &arguments.change, now, &mut review)?;
        let mut found = review.finish();
        found.problems = problems;
        if found.files == 0 && found.problems.is_empty() {
            ctx.note("nothing differs");
            return Ok(Exit::NothingToLookAt);
        }
        let seldom = order::told(ctx, &arguments, &rules, &found)?;
        let report = ReviewReport::new(ctx, found, arguments.fail_on, now);
        warn(ctx, &report);
        let file = arguments.output.as_deref();
        output::write(&(rendered(ctx, &arguments, &report)? + &seldom), file)?;
        Ok(match report.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

fn warn(ctx: &Context, report: &ReviewReport<'_>) {
    for problem in &report.problems {
        let hint = problem.hint.as_deref();
        let hint = hint.unwrap_or("what was not looked at is not clean");
        ctx.warn(&format!("{}: {}", problem.subject, problem.message), hint);
    }
}

fn rendered(
    ctx: &Context,
    arguments: &Arguments,
    report: &ReviewReport<'_>,
) -> Result<String, Failure> {
    Ok(match arguments.format {
        Format::Human => {
            let terminal = ctx.terminal(arguments.output.as_deref());
            human::text(terminal, ctx.is_verbose, report)
        }
        Format::Json => json::text(report)?,
        Format::Sarif => sarif::text(report)?,
        Format::Github => github::text(report),
        Format::Markdown => markdown::text(report),
    })
}

/// The rules that Bartizan carries, and those of these files.
fn rules_of(paths: &[PathBuf]) -> Result<Rules, Failure> {
    let mut texts = Vec::new();
    for path in paths {
        let text = String::from_utf8(small(path, LARGEST_RULES)?);
        let text =
            text.map_err(|_error| Failure::usage(format!("`{}` is no text", path.display())))?;
        texts.push(text);
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Rules::with(&texts).map_err(|error| {
        Failure::usage(chain(&error)).hint("CONTRIBUTING.md tells the form of rules")
    })
}
