//! Learning what is usual in a project, and what is asked of it for a change.

use std::path::Path;

use bartizan_review::{
    Report,
    novelty::{Deeds, deeds},
    order::{self, FEATURES, Features, Knowledge, Order},
    rule::Rules,
};
use bartizan_sources::{
    git::{CommitId, RepositoryError},
    home::Home,
    novelty::{self, Learnt},
    past::{Sides, Step},
};
use clap::Args;

use super::{
    arguments::Arguments,
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

/// What may be asked of novelty and order.
#[derive(Debug, Args)]
#[command(next_help_heading = "Novelty")]
pub(super) struct OrderArguments {
    /// Learn what is usual in the project from its history, and what its pull requests propose that is not in, as far as it is not known yet; later reviews tell what is not usual
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "pull", "staged", "all", "queue"])]
    pub(super) learn: bool,

    /// Tell what the learnt order makes of the change, feature by feature; nothing is ordered by it
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "pull", "staged", "all", "queue"])]
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

/// What is to be told of a change between two commits, where the project was learnt.
pub(super) fn told(
    ctx: &Context,
    arguments: &Arguments,
    (rules, report): (&Rules, &Report<'_>),
    ends: Option<&(CommitId, CommitId)>,
) -> Result<Option<Newness>, Failure> {
    let Some((base, head)) = ends else {
        return Ok(None);
    };
    let repository: &Path = &arguments.change.repository;
    let model = match novelty::read(&Home::new(ctx.home()?), repository) {
        Ok(Some(model)) => model,
        Ok(None) if arguments.order.explain_order => {
            return Err(Failure::usage("nothing was learnt of this project")
                .hint("learn its history with `bartizan review --learn`"));
        }
        Ok(None) => return Ok(None),
        Err(error) => {
            ctx.warn(&chain(&error), "learn anew with `bartizan review --learn`");
            return Ok(None);
        }
    };
    let (step, found) = found(repository, (base, head), rules).map_err(failed)?;
    let mut novelty = model.novelty(&found);
    let number = arguments.change.pull;
    model.recall(&mut novelty, |it| {
        it.head == step.id || Some(it.number) == number
    });
    let mut newness = Newness::new(&model, &found, &novelty);
    newness.is_learnt = model.knows(step.id);
    if arguments.order.explain_order {
        let features = Features::of(report, &found, &novelty, Knowledge::default());
        newness.order = Some(explained(&features)?);
    }
    Ok(Some(newness))
}

/// The change, and what it newly does.
fn found(
    path: &Path,
    (base, head): (&CommitId, &CommitId),
    rules: &Rules,
) -> Result<(Step, Deeds), RepositoryError> {
    let step = Step::between(path, base, head)?;
    let found = deeds(&Sides::open(path)?.of(&step), rules);
    Ok((step, found))
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
