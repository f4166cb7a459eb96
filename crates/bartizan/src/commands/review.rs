//! `bartizan review`: what a change introduces, ordered for expert eyes.

mod arguments;
mod artifacts;
mod aside;
mod assistant;
mod baseline;
mod capabilities;
mod feed;
mod github;
mod hosted;
mod human;
mod json;
mod markdown;
mod newness;
mod order;
mod people;
mod post;
mod pull;
mod queue;
mod range;
mod report;
mod sarif;
mod staged;

use std::path::PathBuf;

use bartizan_assessment::review::workflows;
use bartizan_model::Timestamp;
use bartizan_review::{Review, rule::Rules, suppression::Terms};
use clap::{ArgMatches, Args};
use jiff::tz::TimeZone;

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};
use arguments::{AFTER_HELP, Arguments, Format};
use aside::Laying;
use feed::{feed, small};
use post::Posting;
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
        let Some(report) = looked_at(ctx, &arguments, &rules, now)? else {
            ctx.note("nothing differs");
            // A hook that has nothing to look at has nothing to complain about.
            let is_hook = arguments.change.staged;
            return Ok(if is_hook {
                Exit::Clean
            } else {
                Exit::NothingToLookAt
            });
        };
        warn(ctx, &report);
        let file = arguments.output.as_deref();
        let text = if arguments.dry_run {
            markdown::text(&report)
        } else {
            rendered(ctx, &arguments, &report)?
        };
        output::write(&text, file)?;
        if arguments.post {
            posted(ctx, &arguments, &report)?;
        }
        Ok(match report.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

/// Looks at what is asked for; nothing where nothing differs.
fn looked_at<'r>(
    ctx: &Context,
    arguments: &Arguments,
    rules: &'r Rules,
    now: Timestamp,
) -> Result<Option<ReviewReport<'r>>, Failure> {
    let change = &arguments.change;
    let today = now.to_zoned(TimeZone::UTC).date();
    let terms = Terms {
        today: Some(today),
        is_whole: change.all,
    };
    let review = Review::new(rules).under(terms);
    let mut review = review.keeping(aside::wanted(&arguments.aside));
    let fed = feed(ctx, change, now, &mut review)?;
    let mut found = review.finish();
    found.problems.clone_from(&fed.problems);
    if found.files == 0 && found.problems.is_empty() {
        return Ok(None);
    }
    let newness = order::told(ctx, arguments, (rules, &found), &fed)?;
    let laying = Laying {
        ctx,
        arguments: &arguments.aside,
        repository: &change.repository,
        today,
        is_whole: change.all,
    };
    let mut report = ReviewReport::new(&laying, found, arguments.fail_on)?;
    report.newness = newness;
    aside::write(&arguments.aside, &report.told, today)?;
    if arguments.with_people {
        let place = (change.repository.as_path(), arguments.output.as_deref());
        match &fed.ends {
            Some(ends) => report.people = people::told(ctx, place, ends, now)?,
            None => ctx.warn(
                "there is no history to tell of people",
                "`--with-people` needs both commits in the repository",
            ),
        }
    }
    if let Some(command) = &arguments.assistant {
        report.words = assistant::ask(ctx, command, &report);
    }
    Ok(Some(report))
}

/// Puts the report on the pull request.
fn posted(ctx: &Context, arguments: &Arguments, report: &ReviewReport<'_>) -> Result<(), Failure> {
    let Some(number) = arguments.change.pull else {
        return Ok(());
    };
    let repository = pull::hosted_at(ctx, &arguments.change)?;
    let posting = Posting {
        repository: &repository,
        number,
        text: &markdown::text(report),
        is_clean: report.live().next().is_none() && report.problems.is_empty(),
        is_dry: arguments.dry_run,
    };
    post::post(ctx, &posting)
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
