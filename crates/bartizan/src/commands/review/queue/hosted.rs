//! The pull requests that are open on the code host, where the clone keeps none. Each costs a handful of requests, which are
//! conditional, wait for the host's limits, and end with them: those that were not reached are told.

use std::collections::BTreeSet;

use bartizan_assessment::review::queue::{Looked, Pull, Queue};
use bartizan_formats::hosting::pulls::{OpenPulls, Pulls};
use bartizan_model::{hosting::Unseen, problem::Problem};
use bartizan_review::{Review, rule::Rules, suppression::Terms};
use bartizan_sources::{git::Repository, hosting::HostClient, past::keeps_pulls};
use jiff::civil::Date;

use super::{Answer, Origin};
use crate::{
    code_host,
    commands::{
        check::ignored,
        review::{
            arguments::Arguments,
            hosted::{Asked, unread},
            pull,
        },
    },
    context::Context,
    error::Failure,
    progress::Line,
};

/// The most that are looked at: each costs about ten requests, and a host allows five thousand an hour.
const MOST: usize = 200;

/// Whether the host is asked: the user names a repository there, or the clone has one and keeps no pull request itself.
pub(super) fn is_asked(ctx: &Context, arguments: &Arguments) -> bool {
    let change = &arguments.change;
    if change.hosted_at.is_some() {
        return true;
    }
    let Ok(repository) = Repository::open(&change.repository) else {
        return false;
    };
    !keeps_pulls(&repository) && code_host::cloned_from(ctx, &repository).is_some()
}

/// What waits there.
pub(super) fn answer(
    ctx: &Context,
    arguments: &Arguments,
    rules: &Rules,
    today: Date,
) -> Result<Answer, Failure> {
    let asks = "the repository keeps no pull request, so that the code host is asked";
    let (client, address) = code_host::client(ctx, asks)?;
    let repository = pull::hosted_at(ctx, &arguments.change)?;
    ctx.note(&format!(
        "asking {address} about the open pull requests of {repository}"
    ));
    let local = Repository::open(&arguments.change.repository).ok();
    let asked = Asked {
        client: &client,
        repository: &repository,
        local: local
            .as_ref()
            .filter(|_| arguments.change.hosted_at.is_none()),
        today,
    };
    let (open, problems) = open(&client, &repository, arguments)?;
    let mut queue = look(ctx, &asked, &open, rules);
    queue.problems.extend(problems);
    queue.order();
    let name = repository.rsplit('/').next().unwrap_or_default();
    Ok(Answer {
        project: name.to_owned(),
        queue,
        ask: None,
        of: open.pulls.len(),
        origin: Origin::Host {
            has_more: open.is_cut,
        },
        is_named: !arguments.queue.pulls.is_empty(),
        threshold: arguments.fail_on.unwrap_or(ctx.settings.fail_on),
    })
}

/// Looks at each. What the host does not tell of one costs that one.
fn look(ctx: &Context, asked: &Asked<'_>, open: &OpenPulls, rules: &Rules) -> Queue {
    let mut queue = Queue::default();
    let mut line = Line::new(ctx);
    let of = open.pulls.len() as u64;
    let is_told = |rule: &str| ignored(ctx, rule, asked.today).is_none();
    for (done, (number, ends)) in (1..).zip(&open.pulls) {
        let mut review = Review::new(rules).under(Terms {
            today: Some(asked.today),
            is_whole: false,
        });
        let fed = asked.parted(ends).and_then(|parted| {
            let span = (*number, parted.as_str(), ends.head.as_str());
            asked.feed(span, &mut review, &mut |_| ())
        });
        match fed {
            Ok(fed) => {
                let pull = Pull {
                    number: *number,
                    head: ends.head.clone(),
                };
                let looked = Looked::of(&pull, &review.finish(), fed, is_told);
                queue.looked.push(looked);
            }
            Err(unseen) => queue.problems.push(problem(*number, &unseen)),
        }
        line.reviewing(done, of);
    }
    queue
}

/// The newest that are open, or those that the user names, with those of them that could not be read.
fn open(
    client: &HostClient,
    repository: &str,
    arguments: &Arguments,
) -> Result<(OpenPulls, Vec<Problem>), Failure> {
    let pulls = Pulls::of(client, repository);
    let most = arguments.queue.newest.min(MOST);
    if arguments.queue.pulls.is_empty() {
        let what = format!("cannot read the open pull requests of `{repository}`");
        let open = pulls.open(most).map_err(|unseen| unread(&what, &unseen))?;
        return Ok((open, Vec::new()));
    }
    let (mut open, mut problems) = (OpenPulls::default(), Vec::new());
    let numbers: BTreeSet<u32> = arguments.queue.pulls.iter().copied().collect();
    open.is_cut = numbers.len() > most;
    for number in numbers.into_iter().rev().take(most) {
        match pulls.ends(number) {
            Ok(ends) => open.pulls.push((number, ends)),
            Err(unseen) => problems.push(problem(number, &unseen)),
        }
    }
    Ok((open, problems))
}

fn problem(number: u32, unseen: &Unseen) -> Problem {
    let problem = Problem::new(format!("pull request {number}"), unseen.why.clone());
    problem.with_hint(format!("this needs {}", unseen.needs()))
}
