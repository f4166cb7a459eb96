//! The table of pull requests that orders of review are judged on: a line of JSON for each change of the first-parent line, with
//! its features as they could be known when it came in.
//!
//!     cargo run -p bartizan-assessment --example review_table -- NAME REPOSITORY [--attacks MANIFEST ...] [--labels FILE] [--every K] [--native N] > table.jsonl
//!
//! Reviews take most of the time. Reviewed are of the pull requests those that the labels name, one of N of those that touch C, C++
//! or Cython, and one of K of all; the features of others have `reviewed: false` and are those of an empty review. A review is the
//! one that `bartizan review` makes of two commits, with workflows and with the files around.
//!
//! The novelty of a change is told by the model of all that came before it. Attacks (the manifest of `scripts/attacks.py`) are told
//! by the model of the moment at which the pull request came in that they are planted into, with and without them.
//! Of how many deeds of a row a pull request is told that did not come in stands in it as `proposed`; no feature depends on it.
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "an example talks, and ends where something is wrong"
)]

mod proposed;

use std::{
    collections::{HashMap, HashSet},
    env,
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bartizan_assessment::review::{self, range};
use bartizan_review::{
    Report, Review,
    change::{Content, File, FileChange},
    kind::Language,
    novelty::{Deeds, Model, Proposal, Unit, deeds},
    order::{self, FEATURES, Features, Knowledge},
    rule::Rules,
};
use bartizan_sources::{
    git::{CommitId, Repository},
    past::{Sides, Step, abreast, commit_of, mainline},
};
use jiff::{Timestamp, tz::TimeZone};
use proposed::Proposed;
use serde::Deserialize;

/// A review that takes longer than this is told of.
const LONG: Duration = Duration::from_secs(5);

/// What planted attacks say of themselves.
#[derive(Deserialize)]
struct Manifest {
    family: String,
    attacks: Vec<Attack>,
}

#[derive(Deserialize, Clone)]
struct Attack {
    #[serde(default)]
    family: String,
    id: String,
    kind: String,
    variant: String,
    project: String,
    repository: PathBuf,
    pull_request: u32,
    base: String,
    untouched: String,
    commit: String,
}

/// What was said of a change without the past.
struct Looked<'r> {
    found: Deeds,
    report: Report<'r>,
    is_reviewed: bool,
    /// How long the review took, and contents that are not in the clone.
    took: Duration,
    unseen: usize,
}

/// A change to review: where, and the commits before, if there is one, and after it.
struct Asked {
    repository: Repository,
    base: Option<CommitId>,
    head: CommitId,
}

fn look<'r>(
    rules: &'r Rules,
    changes: &[FileChange],
    step: &Step,
    asked: impl FnOnce(&Deeds) -> Option<Asked>,
) -> Looked<'r> {
    let found = deeds(changes, rules);
    let mut review = Review::new(rules);
    let started = Instant::now();
    let asked = asked(&found);
    if let Some(it) = &asked {
        let time = Timestamp::from_second(step.time).unwrap_or_default();
        let today = time.to_zoned(TimeZone::UTC).date();
        let ends = (it.base.as_ref(), &it.head);
        range::between(&it.repository, ends, today, &mut review).unwrap();
    }
    let report = review.finish();
    let sides = changes.iter().flat_map(|it| [&it.before, &it.after]);
    let is_gone = |it: &&File| matches!(&it.content, Content::Unseen { size: None, .. });
    Looked {
        found,
        report,
        is_reviewed: asked.is_some(),
        took: started.elapsed(),
        unseen: sides.flatten().filter(is_gone).count(),
    }
}

/// What is reviewed.
struct Wanted {
    /// What labels name.
    named: HashSet<String>,
    /// One of so many, of all and of those that touch C, C++ or Cython.
    every: u8,
    native: u8,
    /// The change before each.
    before: HashMap<[u8; 20], [u8; 20]>,
}

impl Wanted {
    /// A change that is reviewed.
    fn asked(&self, path: &Path, step: &Step, found: &Deeds) -> Option<Asked> {
        let is_native =
            |it: &Language| matches!(it, Language::C | Language::Cpp | Language::Cython);
        let is_wanted = self.named.contains(&unit(step).digits())
            || step.id[19].is_multiple_of(self.every)
            || step.id[19].is_multiple_of(self.native)
                && found.files.iter().any(|it| is_native(&it.language));
        step.pull.filter(|_| is_wanted)?;
        let repository = Repository::open(path).ok()?;
        let base = self.before.get(&step.id);
        let base = base.and_then(|id| commit_of(&repository, *id).ok());
        let head = commit_of(&repository, step.id).ok()?;
        Some(Asked {
            repository,
            base,
            head,
        })
    }

    /// Whatever stands in quotes in the file of labels that is a hash, and one of so many.
    fn of(steps: &[Step], [every, native]: [u8; 2], labels: &str) -> Self {
        let named = labels.split('"').filter(|it| it.len() == 40);
        let pairs = steps.iter().zip(steps.iter().skip(1));
        Self {
            named: named.map(str::to_owned).collect(),
            every,
            native,
            before: pairs.map(|(one, next)| (next.id, one.id)).collect(),
        }
    }
}

/// Who changed what, and how often.
#[derive(Default)]
struct Past {
    by_author: HashMap<(String, u64), u32>,
    by_anybody: HashMap<String, u32>,
}

impl Past {
    fn knowledge(&self, author: u64, found: &Deeds) -> Knowledge {
        let own = |path: &str| {
            self.by_author
                .get(&(path.to_owned(), author))
                .copied()
                .unwrap_or(0)
        };
        let all = |path: &str| self.by_anybody.get(path).copied().unwrap_or(0);
        let paths = || found.files.iter().map(|it| it.path.as_str());
        let unknown = paths().filter(|path| own(path) == 0).count();
        Knowledge {
            most: paths().map(own).max().unwrap_or(0),
            unknown: unknown as f64 / found.files.len().max(1) as f64,
            busy: paths().map(all).max().unwrap_or(0),
        }
    }

    fn learn(&mut self, author: u64, found: &Deeds) {
        for file in &found.files {
            *self
                .by_author
                .entry((file.path.clone(), author))
                .or_default() += 1;
            *self.by_anybody.entry(file.path.clone()).or_default() += 1;
        }
    }
}

struct Table<'r> {
    rules: &'r Rules,
    model: Model,
    proposed: Proposed,
    past: Past,
    attacks: Vec<Attack>,
    out: BufWriter<std::io::Stdout>,
    scoring: Duration,
    reviewing: Duration,
    reviewed: u32,
    unseen: usize,
}

impl<'r> Table<'r> {
    fn new(rules: &'r Rules, attacks: Vec<Attack>) -> Self {
        Self {
            rules,
            model: Model::new(),
            proposed: Proposed::default(),
            past: Past::default(),
            attacks,
            out: BufWriter::new(stdout()),
            scoring: Duration::ZERO,
            reviewing: Duration::ZERO,
            reviewed: 0,
            unseen: 0,
        }
    }

    fn row(&mut self, step: &Step, looked: &Looked<'_>, extra: serde_json::Value) {
        let started = Instant::now();
        let mut novelty = self.model.novelty(&looked.found);
        let is_itself = |it: &Proposal| it.head == step.id || Some(it.number) == step.pull;
        self.model.recall(&mut novelty, is_itself);
        self.scoring += started.elapsed();
        self.reviewing += looked.took;
        self.reviewed += u32::from(looked.is_reviewed);
        self.unseen += looked.unseen;
        if looked.took > LONG {
            eprintln!("{} took {:.1?}", unit(step).digits(), looked.took);
        }
        let knowledge = self.past.knowledge(step.author, &looked.found);
        let features = Features::of(&looked.report, &looked.found, &novelty, knowledge);
        let mut row = serde_json::json!({
            "commit": unit(step).digits(),
            "time": step.time,
            "pull": step.pull,
            "reviewed": looked.is_reviewed,
            "proposed": novelty.seldom.iter().filter(|it| it.proposed.is_some()).count(),
            "features": features.0.map(|it| (it * 1e4).round() / 1e4).to_vec(),
        });
        if let (Some(row), serde_json::Value::Object(extra)) = (row.as_object_mut(), extra) {
            row.extend(extra);
        }
        writeln!(self.out, "{row}").unwrap();
    }

    fn attacks_at(&mut self, step: &Step) {
        let here: Vec<Attack> = self
            .attacks
            .iter()
            .filter(|it| Some(it.pull_request) == step.pull)
            .cloned()
            .collect();
        for attack in here {
            let repository = Repository::open(&attack.repository).unwrap();
            let mut sides = Sides::open(&attack.repository).unwrap();
            let rules = self.rules;
            for (name, head) in [
                ("untouched", &attack.untouched),
                ("planted", &attack.commit),
            ] {
                let base = repository.commit_of(&attack.base).unwrap();
                let head = repository.commit_of(head).unwrap();
                let mut between = Step::between(&attack.repository, &base, &head).unwrap();
                (between.author, between.pull) = (step.author, step.pull);
                let changes = sides.of(&between);
                let asked = Asked {
                    repository: Repository::open(&attack.repository).unwrap(),
                    base: Some(base),
                    head,
                };
                let looked = look(rules, &changes, &between, |_| Some(asked));
                let extra = serde_json::json!({"attack": attack.id, "family": attack.family, "kind": attack.kind, "variant": attack.variant, "side": name});
                self.row(&between, &looked, extra);
            }
        }
    }
}

/// What the file of labels says of one project, without its list of all changes.
fn labelled(text: &str, name: &str) -> String {
    let all: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let own = all.get(name).cloned().unwrap_or_default();
    let keys = ["memory", "revert"].map(|it| own.get(it).cloned().unwrap_or_default());
    serde_json::to_string(&keys).unwrap_or_default()
}

/// The commit of a step.
fn unit(step: &Step) -> Unit {
    Unit {
        commit: step.id,
        time: step.time,
    }
}

/// What manifests say was planted.
fn attacks_of(files: &[&String]) -> Result<Vec<Attack>, Box<dyn Error>> {
    let mut attacks = Vec::new();
    for file in files {
        let manifest: Manifest = serde_json::from_str(&std::fs::read_to_string(file)?)?;
        let family = manifest.family;
        attacks.extend(manifest.attacks.into_iter().map(|it| Attack {
            family: family.clone(),
            ..it
        }));
    }
    Ok(attacks)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().ok_or("no name")?;
    let path = arguments.next().ok_or("no repository")?;
    let rest: Vec<String> = arguments.collect();
    let values = |option: &str| -> Vec<&String> {
        let pairs = rest.windows(2).filter(|pair| pair[0] == option);
        pairs.map(|pair| &pair[1]).collect()
    };
    let attacks = attacks_of(&values("--attacks"))?;
    let labels = match values("--labels").first() {
        Some(file) => labelled(&std::fs::read_to_string(file)?, &name),
        None => String::new(),
    };
    let number = |option: &str| {
        values(option)
            .first()
            .and_then(|it| it.parse::<usize>().ok())
    };
    let sample = |option: &str, usual| {
        u8::try_from(number(option).unwrap_or(usual).clamp(1, 255)).unwrap_or(u8::MAX)
    };
    let samples = [sample("--every", 16), sample("--native", 1)];
    let path = Path::new(&path);
    let head = Repository::open(path)?.head()?;
    let started = Instant::now();
    let steps = mainline(path, &head, None)?;
    let rules = review::rules(&[])?;
    let attacks = attacks.into_iter().filter(|it| it.project == name);
    let mut table = Table::new(&rules, attacks.collect());
    table.proposed = Proposed::of(path, &steps, &rules)?;
    let wanted = Wanted::of(&steps, samples, &labels);
    writeln!(
        table.out,
        "{}",
        serde_json::json!({"features_version": order::VERSION, "features": FEATURES.map(|it| it.name).to_vec(), "every": samples[0], "native": samples[1]})
    )?;
    let mut done = 0;
    let looking = |step: &Step, changes: Vec<FileChange>| {
        look(&rules, &changes, step, |found| {
            wanted.asked(path, step, found)
        })
    };
    abreast(path, &steps, looking, |step, looked| {
        table.proposed.learn(done, &mut table.model);
        table.attacks_at(step);
        table.row(step, &looked, serde_json::json!({}));
        table.model.learn(unit(step), &looked.found);
        table.past.learn(step.author, &looked.found);
        done += 1;
        progress(&name, (done, steps.len()), started);
        true
    })?;
    table.out.flush()?;
    told(&name, &table, (steps.len(), started.elapsed()))
}

/// Says how far it is, now and then.
fn progress(name: &str, (done, of): (usize, usize), started: Instant) {
    if done.is_multiple_of(2_000) {
        eprintln!("{name}: {done} of {of} after {:.0?}", started.elapsed());
    }
}

/// Says what it cost.
fn told(
    name: &str,
    table: &Table<'_>,
    (steps, elapsed): (usize, Duration),
) -> Result<(), Box<dyn Error>> {
    let scoring = table.scoring / u32::try_from(steps.max(1))?;
    let bytes = table.model.to_bytes().len();
    eprintln!(
        "{name}: {steps} changes in {elapsed:.1?}, {} reviewed in {:.1?} of the threads; {} contents are not in the clone; scoring takes {scoring:.1?} each; the model has {} keys, {} proposals, {bytes} bytes, full: {}",
        table.reviewed,
        table.reviewing,
        table.unseen,
        table.model.keys(),
        table.model.proposals().len(),
        table.model.is_full(),
    );
    Ok(())
}
