//! `bartizan review --queue`: the pull requests that wait, what to look at first and whom to ask.

mod ask;
mod hosted;
mod human;
mod json;
mod markdown;

use std::sync::{Mutex, PoisonError};

use bartizan_assessment::review::queue::{self, Looked, Pull, Queue};
use bartizan_model::{Timestamp, severity::SeverityLevel};
use bartizan_review::rule::Rules;
use bartizan_sources::past::{NamedRepository, Proposals};
use clap::Args;
use jiff::tz::TimeZone;

use super::{
    arguments::{Arguments, Format},
    range::failed,
};
use crate::{
    commands::check::ignored,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    people::{self, Asked, Names},
    progress::Line,
    render::words,
};

/// What may be asked of a queue.
#[derive(Debug, Args)]
#[command(next_help_heading = "Queue")]
pub(super) struct QueueArguments {
    /// In place of one change every pull request whose head the repository keeps and that is not in: what to look at first, and whom to
    /// ask. Where it keeps none, those that are open on the code host; a token is taken from `BARTIZAN_GITHUB_TOKEN`, `GH_TOKEN` or
    /// `GITHUB_TOKEN`
    #[arg(long, group = "of_pulls", conflicts_with_all = ["range", "diff", "artifacts", "pull", "staged", "all", "with_people", "post", "assistant"])]
    pub(super) queue: bool,

    /// How many of them are looked at, the newest first; 200 of a code host at most
    #[arg(long, value_name = "COUNT", default_value_t = queue::MOST, requires = "queue")]
    pub(super) newest: usize,

    /// Only pull requests of these numbers, such as those that are open
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_delimiter = ',', requires = "queue")]
    pub(super) pulls: Vec<u32>,
}

/// A queue with what belongs to it.
struct Answer {
    project: String,
    queue: Queue,
    /// Whom to ask about each, in the order of the queue; nothing where names have nowhere to go.
    ask: Option<Vec<Vec<String>>>,
    /// How many wait in all.
    of: usize,
    origin: Origin,
    /// Whether the caller named those that count.
    is_named: bool,
    threshold: SeverityLevel,
}

/// Where it is known from what waits.
enum Origin {
    /// A repository keeps the heads of pull requests.
    Clone,
    /// The code host says what is open.
    Host {
        /// Whether more are.
        has_more: bool,
    },
}

/// The most that are looked at.
const MOST: usize = 5_000;

pub(super) fn run(
    ctx: &Context,
    arguments: &Arguments,
    rules: &Rules,
    now: Timestamp,
) -> Result<Exit, Failure> {
    if matches!(arguments.format, Format::Sarif | Format::Github) {
        return Err(Failure::usage("a queue has no such format")
            .hint("it is written as human, json or markdown"));
    }
    let answer = answer(ctx, arguments, rules, now)?;
    for problem in &answer.queue.problems {
        let what = format!("{}: {}", problem.subject, problem.message);
        ctx.warn(&what, "what was not looked at is not clean");
    }
    if answer.queue.looked.is_empty() && answer.queue.problems.is_empty() {
        ctx.note(match answer.origin {
            Origin::Host { .. } => "no pull request is open",
            Origin::Clone => "no pull request waits, as far as the repository knows: it keeps none in `refs/pull`, or all are in; `--hosted-at OWNER/NAME` asks the code host",
        });
        return Ok(Exit::NothingToLookAt);
    }
    let file = arguments.output.as_deref();
    let text = match arguments.format {
        Format::Json => json::text(&answer)?,
        Format::Markdown => markdown::text(&answer),
        _ => human::text(ctx.terminal(file), ctx.is_verbose, &answer),
    };
    output::write(&text, file)?;
    Ok(match answer.exit() {
        Exit::Findings if arguments.exit_zero => Exit::Clean,
        exit => exit,
    })
}

fn answer(
    ctx: &Context,
    arguments: &Arguments,
    rules: &Rules,
    now: Timestamp,
) -> Result<Answer, Failure> {
    if hosted::is_asked(ctx, arguments) {
        let today = now.to_zoned(TimeZone::UTC).date();
        return hosted::answer(ctx, arguments, rules, today);
    }
    let asked_for = &arguments.queue;
    let newest = asked_for.newest.min(MOST);
    let is_named = !asked_for.pulls.is_empty();
    let repositories = [arguments.change.repository.clone()];
    let asked = Asked {
        repositories: &repositories,
        people: None,
    };
    let read = if is_named { MOST } else { newest };
    let (loaded, _key) = people::load(ctx, &asked, |_| Proposals::Waiting(read))?;
    let corpus = &loaded.corpus;
    let project = corpus.projects.first();
    let project = project.ok_or_else(|| Failure::usage("no repository could be read"))?;
    let (mut pulls, of) = queue::pulls(project, read);
    if is_named {
        pulls.retain(|it| asked_for.pulls.contains(&it.number));
        pulls.truncate(newest);
    }
    let queue = look(ctx, arguments, (rules, now), &pulls)?;
    let ask = people::may_name(ctx, arguments.output.as_deref())
        .is_ok()
        .then(|| {
            ask::ask(
                (corpus, project),
                &Names::of(corpus, true),
                &queue.looked,
                now,
            )
        });
    Ok(Answer {
        project: project.name.clone(),
        queue,
        ask,
        of,
        origin: Origin::Clone,
        is_named,
        threshold: arguments.fail_on.unwrap_or(ctx.settings.fail_on),
    })
}

fn look(
    ctx: &Context,
    arguments: &Arguments,
    (rules, now): (&Rules, Timestamp),
    pulls: &[Pull],
) -> Result<Queue, Failure> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let place = NamedRepository::of(&arguments.change.repository).path;
    let asked = queue::Asked {
        repository: &place,
        rules,
        today,
    };
    let line = Mutex::new(Line::new(ctx));
    let of = pulls.len() as u64;
    let is_told = |rule: &str| ignored(ctx, rule, today).is_none();
    let done = |done: usize| {
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        line.reviewing(done as u64, of);
    };
    queue::look(&asked, pulls, is_told, done).map_err(failed)
}

impl Answer {
    fn exit(&self) -> Exit {
        let is_unread = |it: &Looked| !it.problems.is_empty();
        if !self.queue.problems.is_empty() || self.queue.looked.iter().any(is_unread) {
            return Exit::Data;
        }
        if self.alarms() > 0 {
            return Exit::Findings;
        }
        Exit::Clean
    }

    fn alarms(&self) -> usize {
        let is_alarm = |it: &&Looked| it.severity >= Some(self.threshold);
        self.queue.looked.iter().filter(is_alarm).count()
    }

    fn sum(&self, of: fn(&Looked) -> usize) -> usize {
        self.queue.looked.iter().map(of).sum()
    }

    /// What is counted, in a few sentences.
    fn summary(&self) -> String {
        let looked = self.queue.looked.len();
        let (changed, read) = (
            self.sum(|it| it.changed_lines),
            self.sum(|it| it.lines_to_read),
        );
        let mut text = format!(
            "{} of {}: {} {} in which something is at or above {}. Whoever looks at every entry reads {} of {} changed lines",
            words::count(looked, "pull request", "pull requests"),
            self.project,
            words::amount(self.alarms() as u64),
            if self.alarms() == 1 {
                "is one"
            } else {
                "are those"
            },
            self.threshold,
            words::amount(read as u64),
            words::amount(changed as u64),
        );
        if changed > 0 {
            text += &format!(" ({:.1} %)", 100.0 * read as f64 / changed as f64);
        }
        text += ".";
        text += &self.waiting();
        if self.ask.is_none() {
            text += match self.origin {
                Origin::Clone => {
                    " Whom to ask is told to a terminal, or into a file that `--output` names."
                }
                Origin::Host { .. } => {
                    " Whom to ask is told of pull requests whose heads the repository keeps."
                }
            };
        }
        text
    }

    /// How many wait in all, where the caller did not name them.
    fn waiting(&self) -> String {
        let of = words::amount(self.of as u64);
        match self.origin {
            _ if self.is_named => String::new(),
            Origin::Clone => format!(
                " {of} are not known to be in; git does not say which of them were refused: `--pulls` names those that are open."
            ),
            Origin::Host { has_more: true } => {
                format!(" More than {of} are open: `--newest` says how many are looked at.")
            }
            Origin::Host { has_more: false } => format!(" {of} are open."),
        }
    }
}
