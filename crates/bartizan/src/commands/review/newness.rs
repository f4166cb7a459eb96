//! What a change does that its project never or seldom did, and what the order makes of it, as every format tells it.

use bartizan_model::fingerprint::hexadecimal;
use bartizan_review::novelty::{Deeds, Model, Novelty, Precedent, Proposed, Seldom};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    render::{markdown, words},
    term::{Ink, Sheet},
};

/// How many seldom deeds are shown to people, unless all are asked for.
const SHOWN: usize = 8;

/// What is said of a change that is in the history already.
const LEARNT: &str = "This change was learnt itself, so that what it did is no longer new.";

/// Shares of the order that are smaller are not shown, unless all are asked for.
const LEAST_SHARE: f64 = 0.05;

/// The title of the section.
const TITLE: &str = "Seldom or never done in this project";

/// What is told.
#[derive(Debug, Serialize)]
pub(super) struct Newness {
    /// From how many changes it is known what is usual.
    learnt: usize,
    /// The three newest kinds of deeds together.
    bits: f64,
    never: usize,
    /// Whether the change itself is among what was learnt.
    pub(super) is_learnt: bool,
    /// The most seldom first.
    seldom: Vec<SeldomJson>,
    pub(super) order: Option<OrderJson>,
}

#[derive(Debug, Serialize)]
struct SeldomJson {
    kind: &'static str,
    what: String,
    file: String,
    line: Option<u32>,
    bits: f64,
    changes_in_folder: u32,
    changes_in_such_files: u32,
    changes_in_project: u32,
    precedent: Option<PrecedentJson>,
    proposed: Option<ProposedJson>,
    #[serde(skip)]
    verb: &'static str,
}

#[derive(Debug, Serialize)]
struct PrecedentJson {
    nearness: &'static str,
    commit: String,
    date: String,
    file: String,
}

/// A pull request that did it before and did not come in.
#[derive(Debug, Serialize)]
struct ProposedJson {
    pull_request: u32,
    /// How many there are.
    times: usize,
    nearness: &'static str,
    commit: String,
    date: String,
    file: String,
}

/// What the order makes of a change; nothing is ordered by it.
#[derive(Debug, Serialize)]
pub(super) struct OrderJson {
    pub(super) value: f64,
    pub(super) is_enabled: bool,
    pub(super) learnt_from: String,
    pub(super) bias: f64,
    pub(super) shares: Vec<ShareJson>,
}

/// What a feature adds.
#[derive(Debug, Serialize)]
pub(super) struct ShareJson {
    pub(super) feature: &'static str,
    #[serde(skip)]
    pub(super) says: &'static str,
    pub(super) value: f64,
    pub(super) share: f64,
}

impl Newness {
    pub(super) fn new(model: &Model, found: &Deeds, novelty: &Novelty<'_>) -> Self {
        let seldom = novelty.seldom.iter();
        Self {
            learnt: model.learnt(),
            bits: rounded(novelty.bits),
            never: novelty.never,
            is_learnt: false,
            seldom: seldom.map(|it| seldom_json(found, it)).collect(),
            order: None,
        }
    }

    /// The section for people; nothing where all is usual.
    pub(super) fn section(&self, sheet: &mut Sheet, is_verbose: bool) {
        let shown = if is_verbose { usize::MAX } else { SHOWN };
        let terminal = sheet.terminal;
        if !self.seldom.is_empty() || self.is_learnt {
            sheet.gap();
            sheet.line(&terminal.paint(Ink::Strong, TITLE));
        }
        if self.is_learnt {
            sheet.wrapped(2, LEARNT);
        }
        for it in self.seldom.iter().take(shown) {
            sheet.wrapped(2, &terminal.clean(&it.sentence()));
        }
        if self.seldom.len() > shown {
            let more = self.seldom.len() - shown;
            sheet.wrapped(2, &format!("{more} more; `--verbose` shows them."));
        }
        if let Some(order) = &self.order {
            order.section(sheet, is_verbose);
        }
    }

    /// The same for a comment on a pull request, folded.
    pub(super) fn details(&self) -> String {
        let lines = self.seldom.iter().map(|it| {
            let place = markdown::code(&it.place());
            format!("{place} {}", markdown::prose(&it.statement()))
        });
        let own = self.is_learnt.then(|| LEARNT.to_owned());
        markdown::details(TITLE, &own.into_iter().chain(lines).collect::<Vec<_>>())
    }
}

impl SeldomJson {
    fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    /// `setup.py:3 calls os.system: never before; the nearest is 0123456789 of 2019-03-01 in such files, tools/a.py (9.1 bits).`
    fn sentence(&self) -> String {
        format!("{} {}", self.place(), self.statement())
    }

    fn statement(&self) -> String {
        let counts = [
            self.changes_in_folder,
            self.changes_in_such_files,
            self.changes_in_project,
        ];
        let how_often = match counts {
            [_, _, 0] => "never before".to_owned(),
            [_, 0, project] => format!("never in such files, {} elsewhere", changes(project)),
            [0, files, _] => format!("never in this folder, {} in such files", changes(files)),
            [folder, ..] => format!("{} in this folder", changes(folder)),
        };
        let nearest = self.precedent.as_ref().map_or(String::new(), |it| {
            let commit = it.commit.get(..10).unwrap_or_default();
            format!(
                "; the nearest is {commit} of {} {}, {}",
                it.date, it.nearness, it.file
            )
        });
        let proposed = self.proposed.as_ref().map(ProposedJson::statement);
        format!(
            "{} {}: {how_often}{nearest}{} ({:.1} bits).",
            self.verb,
            self.what,
            proposed.unwrap_or_default(),
            self.bits
        )
    }
}

impl ProposedJson {
    /// `; pull request 123 of 2019-03-01 proposed it in such files, setup.py, and did not come in`
    fn statement(&self) -> String {
        let others = match self.times {
            0 | 1 => String::new(),
            more => format!(" (and {} before it)", more - 1),
        };
        format!(
            "; pull request {} of {}{others} proposed it {}, {}, and is not in",
            self.pull_request, self.date, self.nearness, self.file
        )
    }
}

impl OrderJson {
    fn section(&self, sheet: &mut Sheet, is_verbose: bool) {
        let terminal = sheet.terminal;
        sheet.gap();
        sheet.line(&terminal.paint(Ink::Strong, &format!("Order: {:.4}", self.value)));
        let state = if self.is_enabled {
            "it was shown to be better than counting words; the queue is not ordered by it yet"
        } else {
            "it is off: it was not shown to be better than counting words (docs/review-ordering.md)"
        };
        sheet.wrapped(2, &format!("Learnt from {}; {state}.", self.learnt_from));
        let is_shown = |it: &ShareJson| is_verbose || it.share.abs() >= LEAST_SHARE;
        for it in self.shares.iter().filter(|it| is_shown(it)) {
            let line = format!(
                "{:+.3} {} {:.2}: {}",
                it.share, it.feature, it.value, it.says
            );
            sheet.wrapped(2, &line);
        }
        let rest = self.shares.iter().filter(|it| !is_shown(it));
        let rest: Vec<f64> = rest.map(|it| it.share).collect();
        if !rest.is_empty() {
            let sum: f64 = rest.iter().sum();
            let count = words::count(rest.len(), "feature", "features");
            let line = format!("{sum:+.3} {count} of less weight together; `--verbose` shows them");
            sheet.wrapped(2, &line);
        }
        sheet.wrapped(2, &format!("{:+.3} what changes begin with", self.bias));
    }
}

fn seldom_json(found: &Deeds, it: &Seldom<'_>) -> SeldomJson {
    let file = found.files.get(it.deed.file);
    let [folder, files, project] = it.counts;
    SeldomJson {
        kind: it.deed.kind.as_str(),
        what: it.deed.text.clone(),
        file: file.map_or(String::new(), |it| it.path.clone()),
        line: it.deed.line,
        bits: rounded(it.bits),
        changes_in_folder: folder,
        changes_in_such_files: files,
        changes_in_project: project,
        precedent: it.precedent.as_ref().map(precedent_json),
        proposed: it.proposed.as_ref().map(proposed_json),
        verb: it.deed.kind.verb(),
    }
}

fn precedent_json(it: &Precedent) -> PrecedentJson {
    PrecedentJson {
        nearness: it.nearness,
        commit: it.unit.digits(),
        date: date(it.unit.time),
        file: it.path.clone(),
    }
}

fn proposed_json(it: &Proposed) -> ProposedJson {
    ProposedJson {
        pull_request: it.proposal.number,
        times: it.times,
        nearness: it.nearness,
        commit: hexadecimal(&it.proposal.head),
        date: date(it.proposal.time),
        file: it.path.clone(),
    }
}

fn date(seconds: i64) -> String {
    words::day(Timestamp::from_second(seconds).unwrap_or_default())
}

/// As far as it says anything.
fn rounded(bits: f64) -> f64 {
    (bits * 10.0).round() / 10.0
}

fn changes(count: u32) -> String {
    words::count(count as usize, "change", "changes")
}

#[cfg(test)]
mod tests {
    use bartizan_review::{
        change::{File, FileChange},
        novelty::{Proposal, Unit, deeds},
        rule::Rules,
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
        for number in [11, 12] {
            let proposal = Proposal {
                time: 1_500_000_000,
                number,
                head: [1; 20],
                base: [2; 20],
                parted: 60,
            };
            model.propose(proposal, &of("tools/b.py", "import ctypes\n"));
        }
        let found = of("setup.py", "import subprocess\nimport ctypes\n");
        let mut novelty = model.novelty(&found);
        model.recall(&mut novelty, |_| false);
        let newness = Newness::new(&model, &found, &novelty);
        let told: Vec<String> = newness.seldom.iter().map(SeldomJson::sentence).collect();
        let [first, second] = told.as_slice() else {
            panic!("{told:?}");
        };
        let wanted = "setup.py:2 imports ctypes: never before; pull request 12 of 2017-07-14 (and 1 before it) proposed it elsewhere in the project, tools/b.py, and is not in (";
        assert!(first.starts_with(wanted), "{first}");
        let wanted = "setup.py:1 imports subprocess: never in such files, 1 change elsewhere; the nearest is 0707070707 of 2017-07-14 elsewhere in the project, tools/a.py (";
        assert!(second.starts_with(wanted), "{second}");
    }
}
