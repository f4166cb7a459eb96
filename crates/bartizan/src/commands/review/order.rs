//! What a change does that its project never or seldom did, and what the order makes of it: for people, behind the entries.

use std::path::Path;

use bartizan_assessment::review::range::ends;
use bartizan_model::fingerprint::hexadecimal;
use bartizan_review::{
    Report,
    novelty::{Deeds, Novelty, Seldom, deeds},
    order::{self, FEATURES, Features, Knowledge, Order},
    rule::Rules,
};
use bartizan_sources::{
    git::{Repository, RepositoryError},
    home::Home,
    novelty,
    past::{Sides, Step},
};
use clap::Args;
use jiff::Timestamp;

use super::{
    arguments::{Arguments, ChangeArguments, Format},
    range::failed,
};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    progress::Line,
    render::words,
    term::{Ink, Sheet},
};

/// How many seldom deeds are shown, unless all are asked for.
const SHOWN: usize = 8;

/// What may be asked of novelty and order.
#[derive(Debug, Args)]
#[command(next_help_heading = "Novelty")]
pub(super) struct OrderArguments {
    /// Learn what is usual in the project from its history, as far as it is not known yet; later reviews tell what is not
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
    let text = format!(
        "Learnt {}, {} in all; {} kinds of deeds and places in {} bytes.\n",
        words::count(learnt.new, "new change", "new changes"),
        learnt.model.learnt(),
        learnt.model.keys(),
        learnt.bytes,
    );
    output::write(&text, arguments.output.as_deref())?;
    Ok(Exit::Clean)
}

/// What is to be told of a change, where people read it and the project was learnt.
pub(super) fn told(
    ctx: &Context,
    arguments: &Arguments,
    rules: &Rules,
    report: &Report<'_>,
) -> Result<String, Failure> {
    let change = &arguments.change;
    let is_range = change.diff.is_none()
        && change.artifacts.is_none()
        && change.pull.is_none()
        && !change.staged
        && !change.all;
    if !is_range || arguments.format != Format::Human {
        return Ok(String::new());
    }
    let home = Home::new(ctx.home()?);
    let model = match novelty::read(&home, &change.repository) {
        Ok(Some(model)) => model,
        Ok(None) if arguments.order.explain_order => {
            return Err(Failure::usage("nothing was learnt of this project")
                .hint("learn its history with `bartizan review --learn`"));
        }
        Ok(None) => return Ok(String::new()),
        Err(error) => {
            ctx.warn(&chain(&error), "learn anew with `bartizan review --learn`");
            return Ok(String::new());
        }
    };
    let found = found(change, rules).map_err(failed)?;
    let newness = model.novelty(&found);
    let mut sheet = Sheet::new(ctx.terminal(arguments.output.as_deref()));
    let shown = if ctx.is_verbose { usize::MAX } else { SHOWN };
    seldom(&mut sheet, &found, &newness, shown);
    if arguments.order.explain_order {
        let features = Features::of(report, &found, &newness, Knowledge::default());
        explained(&mut sheet, &features)?;
    }
    Ok(sheet.text)
}

/// What the change newly does.
fn found(change: &ChangeArguments, rules: &Rules) -> Result<Deeds, RepositoryError> {
    let path: &Path = &change.repository;
    let repository = Repository::open(path)?;
    let (Some(base), head) = ends(&repository, &change.range, false)? else {
        return Ok(Deeds::default());
    };
    let step = Step::between(path, &base, &head)?;
    Ok(deeds(&Sides::open(path)?.of(&step), rules))
}

fn seldom(sheet: &mut Sheet, found: &Deeds, newness: &Novelty<'_>, shown: usize) {
    if newness.seldom.is_empty() {
        return;
    }
    let terminal = sheet.terminal;
    sheet.gap();
    sheet.line(&terminal.paint(Ink::Strong, "Seldom or never done in this project"));
    for it in newness.seldom.iter().take(shown) {
        sheet.wrapped(3, &terminal.clean(&sentence(found, it)));
    }
    if newness.seldom.len() > shown {
        let more = newness.seldom.len() - shown;
        sheet.wrapped(3, &format!("{more} more; `--verbose` shows them."));
    }
}

/// `setup.py:3 calls os.system: never before; the nearest is 0123456789 of 2019-03-01 in such files, tools/a.py (9.1 bits).`
fn sentence(found: &Deeds, it: &Seldom<'_>) -> String {
    let path = found
        .files
        .get(it.deed.file)
        .map_or("", |it| it.path.as_str());
    let line = it.deed.line.map(|it| format!(":{it}")).unwrap_or_default();
    let [folder, files, project] = it.counts;
    let how_often = match (folder, files, project) {
        (_, _, 0) => "never before".to_owned(),
        (_, 0, project) => format!("never in such files, {} elsewhere", changes(project)),
        (0, files, _) => format!("never in this folder, {} in such files", changes(files)),
        (folder, ..) => format!("{} in this folder", changes(folder)),
    };
    let nearest = it.precedent.as_ref().map_or(String::new(), |it| {
        let commit = hexadecimal(it.unit.commit.get(..5).unwrap_or_default());
        let day = Timestamp::from_second(it.unit.time).map_or(String::new(), |it| {
            format!(" of {}", it.strftime("%Y-%m-%d"))
        });
        format!(
            "; the nearest is {commit}{day} {}, {}",
            it.nearness, it.path
        )
    });
    format!(
        "{path}{line} {} {}: {how_often}{nearest} ({:.1} bits).",
        it.deed.kind.verb(),
        it.deed.text,
        it.bits
    )
}

fn changes(count: u32) -> String {
    words::count(count as usize, "change", "changes")
}

fn explained(sheet: &mut Sheet, features: &Features) -> Result<(), Failure> {
    let order = Order::read(order::EMBEDDED).map_err(|error| Failure::usage(chain(&error)))?;
    let told = order.explain(features);
    let terminal = sheet.terminal;
    sheet.gap();
    sheet.line(&terminal.paint(Ink::Strong, &format!("Order: {:.4}", told.value)));
    let state = if order.is_enabled() {
        "it was shown to be better than counting words; the queue is not ordered by it yet"
    } else {
        "it is off: it was not shown to be better than counting words (docs/review-ordering.md)"
    };
    sheet.wrapped(3, &format!("Learnt from {}; {state}.", order.learnt_from()));
    for (place, value, share) in told.shares {
        if let Some(feature) = FEATURES.get(place) {
            sheet.line(&format!(
                "   {share:+.3} {} {value:.2}: {}",
                feature.name, feature.says
            ));
        }
    }
    sheet.line(&format!("   {:+.3} what changes begin with", told.bias));
    Ok(())
}

#[cfg(test)]
mod tests {
    use bartizan_review::{
        change::{File, FileChange},
        novelty::{Model, Unit},
    };

    use super::*;

    #[test]
    fn sentences_say_how_often_and_where_before() {
        let rules = Rules::built_in();
        let of = |path: &str, text: &str| {
            let change = FileChange {
                before: Some(File::new(path, "")),
                after: Some(File::new(path, text)),
            };
            deeds(&[change], rules)
        };
        let mut model = Model::new();
        for number in 0..60 {
            let unit = Unit {
                commit: [number; 20],
                time: 1_500_000_000,
            };
            let text = if number == 7 {
                "import subprocess\n"
            } else {
                "x = 1\n"
            };
            model.learn(unit, &of("tools/a.py", text));
        }
        let found = of("setup.py", "import subprocess\nimport ctypes\n");
        let newness = model.novelty(&found);
        let told: Vec<String> = newness
            .seldom
            .iter()
            .map(|it| sentence(&found, it))
            .collect();
        let [first, second] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert!(
            first.starts_with("setup.py:2 imports ctypes: never before ("),
            "{first}"
        );
        let wanted = "setup.py:1 imports subprocess: never in such files, 1 change elsewhere; the nearest is 0707070707 of 2017-07-14 elsewhere in the project, tools/a.py (";
        assert!(second.starts_with(wanted), "{second}");
    }
}
