//! Learning what is usual in a project, and what is asked of it for a change.

use std::path::Path;

use bartizan_review::{
    Report,
    novelty::{Deeds, Model, deeds},
    order::{self, FEATURES, Features, Knowledge, Order},
    rule::Rules,
};
use bartizan_sources::{
    git::{CommitId, Repository, RepositoryError},
    home::Home,
    novelty::{self, Learnt},
    past::{Sides, Step, hash_of_digits},
};
use clap::Args;

use super::{
    arguments::Arguments,
    feed::{Handed, Hosted},
    newness::{Newness, OrderJson, ShareJson},
    range::failed,
};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    progress::Line,
    render::words,
};

/// What helps where a model cannot be read.
const ANEW: &str = "learn anew with `bartizan review --learn`";

/// What may be asked of novelty and order.
#[derive(Debug, Args)]
#[command(next_help_heading = "Novelty")]
pub(super) struct OrderArguments {
    /// Learn what is usual in the project from its history, and what its pull requests propose that is not in, as far as it is not known yet; later reviews tell what is not usual
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "pull", "staged", "all", "queue"])]
    pub(super) learn: bool,

    /// Tell what the learnt order makes of the change, feature by feature; nothing is ordered by it
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "staged", "all", "queue"])]
    pub(super) explain_order: bool,
}

/// Learns the history, and says what came of it.
pub(super) fn learn(ctx: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut line = Line::new(ctx);
    let repository = &arguments.change.repository;
    let learnt = novelty::learn(&Home::new(ctx.home()?), repository, |done, of| {
        line.reviewing(done as u64, of as u64);
    });
    drop(line);
    let learnt = learnt.map_err(|error| Failure::usage(chain(&error)))?;
    output::write(&told_of(&learnt), arguments.output.as_deref())?;
    Ok(Exit::Clean)
}

fn told_of(learnt: &Learnt) -> String {
    let amount = |count: usize| words::amount(count as u64);
    let mut text = format!(
        "Learnt {}, {} in all; {} kinds of deeds and places in {} bytes.\n",
        words::count(learnt.new, "new change", "new changes"),
        amount(learnt.model.learnt()),
        amount(learnt.model.keys()),
        amount(learnt.bytes),
    );
    let heads = &learnt.heads;
    if heads.found > 0 {
        let signs = [
            heads.by_head,
            heads.by_subject,
            heads.by_tag,
            heads.by_author,
        ];
        let [by_head, by_subject, by_tag, by_author] = signs.map(amount);
        let line = format!(
            "Of {}, {} came in (told by history {by_head}, by subject {by_subject}, by tag {by_tag}, by author and time {by_author}); {} more heads are there \
             twice, and {} cannot be held against the history. Learnt {} that did not come in, {} in all, as precedents that make nothing usual.\n",
            words::count(
                heads.found,
                "head of a pull request",
                "heads of pull requests"
            ),
            amount(signs.iter().sum()),
            amount(heads.twice),
            amount(heads.unread),
            words::count(learnt.new_proposals, "new one", "new ones"),
            amount(learnt.model.proposals().len()),
        );
        text.push_str(&line);
    }
    text
}

/// What is to be told of a change between two commits, or of one that the code host has, where the project was learnt.
pub(super) fn told(
    ctx: &Context,
    arguments: &Arguments,
    (rules, report): (&Rules, &Report<'_>),
    fed: &Handed,
) -> Result<Option<Newness>, Failure> {
    if fed.ends.is_none() && fed.hosted.is_none() {
        return Ok(None);
    }
    let Some(model) = learnt(ctx, arguments)? else {
        return Ok(None);
    };
    let Some(Found {
        commit,
        deeds: found,
    }) = found(ctx, arguments, rules, fed)?
    else {
        return Ok(None);
    };
    let mut novelty = model.novelty(&found);
    let number = arguments.change.pull;
    model.recall(&mut novelty, |it| {
        Some(it.head) == commit || Some(it.number) == number
    });
    let mut newness = Newness::new(&model, &found, &novelty);
    newness.is_learnt = commit.is_some_and(|it| model.knows(it));
    if arguments.order.explain_order {
        let features = Features::of(report, &found, &novelty, Knowledge::default());
        newness.order = Some(explained(&features)?);
    }
    Ok(Some(newness))
}

/// What is usual in the project, where it was learnt. Whoever asks for the order wants to know why there is nothing.
fn learnt(ctx: &Context, arguments: &Arguments) -> Result<Option<Model>, Failure> {
    let is_asked = arguments.order.explain_order;
    match novelty::read(&Home::new(ctx.home()?), &arguments.change.repository) {
        Ok(None) if is_asked => Err(Failure::usage("nothing was learnt of this project")
            .hint("learn its history with `bartizan review --learn`")),
        Err(error) if is_asked => Err(Failure::usage(chain(&error)).hint(ANEW)),
        Ok(model) => Ok(model),
        Err(error) => {
            ctx.warn(&chain(&error), ANEW);
            Ok(None)
        }
    }
}

/// What a change newly does.
struct Found {
    /// Its commit as models know it.
    commit: Option<[u8; 20]>,
    deeds: Deeds,
}

/// What the change newly does; nothing of a change of another project.
fn found(
    ctx: &Context,
    arguments: &Arguments,
    rules: &Rules,
    fed: &Handed,
) -> Result<Option<Found>, Failure> {
    let repository: &Path = &arguments.change.repository;
    if let Some((base, head)) = &fed.ends {
        let found = between(repository, (base, head), rules).map_err(failed)?;
        return Ok(Some(found));
    }
    let Some(hosted) = &fed.hosted else {
        return Ok(None);
    };
    if is_of(repository, hosted) {
        return Ok(Some(Found {
            commit: hash_of_digits(&hosted.head),
            deeds: deeds(&hosted.files, rules),
        }));
    }
    let place = repository.display();
    let why = format!("`{place}` was learnt, and has not the commit where the pull request parted");
    if arguments.order.explain_order {
        return Err(Failure::usage(why).hint(
            "fetch the branch that it is to come into, or name its clone with `--repository`",
        ));
    }
    ctx.note(&format!("what is new in it is not told: {why}"));
    Ok(None)
}

fn between(
    path: &Path,
    (base, head): (&CommitId, &CommitId),
    rules: &Rules,
) -> Result<Found, RepositoryError> {
    let step = Step::between(path, base, head)?;
    Ok(Found {
        commit: Some(step.id),
        deeds: deeds(&Sides::open(path)?.of(&step), rules),
    })
}

/// Whether a change of the code host is one of the project that was learnt: it parted from a commit that the clone has.
fn is_of(repository: &Path, hosted: &Hosted) -> bool {
    Repository::open(repository).is_ok_and(|it| it.commit_of(&hosted.parted).is_ok())
}

fn explained(features: &Features) -> Result<OrderJson, Failure> {
    let order = Order::read(order::EMBEDDED).map_err(|error| Failure::usage(chain(&error)))?;
    let told = order.explain(features);
    let shares = told.shares.iter().filter_map(|(place, value, share)| {
        let feature = FEATURES.get(*place)?;
        Some(ShareJson {
            feature: feature.name,
            says: feature.says,
            value: *value,
            share: *share,
        })
    });
    Ok(OrderJson {
        value: told.value,
        is_enabled: order.is_enabled(),
        learnt_from: order.learnt_from().to_owned(),
        bias: told.bias,
        shares: shares.collect(),
    })
}
