//! The table of pull requests that orders of review are judged on: a line of JSON for each change of the first-parent line, with
//! its features as they could be known when it came in.
//!
//!     cargo run -p bartizan-sources --example review_table -- NAME REPOSITORY [--attacks MANIFEST ...] [--labels FILE] [--last N] [--every K] > table.jsonl
//!
//! Reviews take most of the time. Reviewed are the last N pull requests, what touches C, C++ or Cython, what the labels name, and
//! one of K of the rest; the features of others have `reviewed: false` and are those of an empty review.
//!
//! The novelty of a change is told by the model of all that came before it. Attacks (the manifest of `scripts/attacks.py`) are told
//! by the model of the moment at which the pull request came in that they are planted into, with and without them.
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "an example talks, and ends where something is wrong"
)]

use std::{
    collections::{HashMap, HashSet},
    env,
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bartizan_model::fingerprint::hexadecimal;
use bartizan_review::{
    Report, Review,
    change::FileChange,
    kind::Language,
    novelty::{Deeds, Model, Unit, deeds},
    order::{FEATURES, Features, Knowledge},
    rule::Rules,
};
use bartizan_sources::{
    git::Repository,
    past::{Sides, Step, abreast, mainline},
};
use serde::Deserialize;

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
struct Looked {
    found: Deeds,
    report: Report<'static>,
    is_reviewed: bool,
}

fn look(changes: &[FileChange], is_reviewed: impl FnOnce(&Deeds) -> bool) -> Looked {
    let rules = Rules::built_in();
    let found = deeds(changes, rules);
    let is_reviewed = is_reviewed(&found);
    let mut review = Review::new(rules);
    if is_reviewed {
        for change in changes {
            review.look(change);
        }
    }
    Looked {
        found,
        report: review.finish(),
        is_reviewed,
    }
}

/// What is reviewed.
struct Wanted {
    /// Changes of the last pull requests, and those that labels name.
    named: HashSet<String>,
    every: u8,
}

impl Wanted {
    fn holds(&self, step: &Step, found: &Deeds) -> bool {
        let is_native =
            |it: &Language| matches!(it, Language::C | Language::Cpp | Language::Cython);
        self.named.contains(&hexadecimal(&step.id))
            || found.files.iter().any(|it| is_native(&it.language))
            || step.id[19].is_multiple_of(self.every)
    }

    /// The last pull requests, and whatever stands in quotes in the file of labels that is a hash.
    fn of(steps: &[Step], last: usize, every: u8, labels: &str) -> Self {
        let pulls = steps.iter().rev().filter(|it| it.pull.is_some()).take(last);
        let mut named: HashSet<String> = pulls.map(|it| hexadecimal(&it.id)).collect();
        named.extend(
            labels
                .split('"')
                .filter(|it| it.len() == 40)
                .map(str::to_owned),
        );
        Self { named, every }
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

struct Table {
    model: Model,
    past: Past,
    attacks: Vec<Attack>,
    out: BufWriter<std::io::Stdout>,
    scoring: Duration,
}

impl Table {
    fn row(&mut self, step: &Step, looked: &Looked, extra: serde_json::Value) {
        let started = Instant::now();
        let novelty = self.model.novelty(&looked.found);
        self.scoring += started.elapsed();
        let knowledge = self.past.knowledge(step.author, &looked.found);
        let features = Features::of(&looked.report, &looked.found, &novelty, knowledge);
        let mut row = serde_json::json!({
            "commit": hexadecimal(&step.id),
            "time": step.time,
            "pull": step.pull,
            "reviewed": looked.is_reviewed,
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
            for (name, head) in [
                ("untouched", &attack.untouched),
                ("planted", &attack.commit),
            ] {
                let base = repository.commit_of(&attack.base).unwrap();
                let head = repository.commit_of(head).unwrap();
                let mut between = Step::between(&attack.repository, &base, &head).unwrap();
                (between.author, between.pull) = (step.author, step.pull);
                let looked = look(&sides.of(&between), |_| true);
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
    let (last, every) = (
        number("--last").unwrap_or(4_100),
        number("--every").unwrap_or(8),
    );
    let path = Path::new(&path);
    let head = Repository::open(path)?.head()?;
    let started = Instant::now();
    let steps = mainline(path, &head, None)?;
    let mut table = Table {
        model: Model::new(),
        past: Past::default(),
        attacks: attacks
            .into_iter()
            .filter(|it| it.project == name)
            .collect(),
        out: BufWriter::new(stdout()),
        scoring: Duration::ZERO,
    };
    let wanted = Wanted::of(&steps, last, u8::try_from(every.clamp(1, 255))?, &labels);
    writeln!(
        table.out,
        "{}",
        serde_json::json!({"features": FEATURES.map(|it| it.name).to_vec()})
    )?;
    let mut reviewing = 0;
    let looking =
        |step: &Step, changes: Vec<FileChange>| look(&changes, |found| wanted.holds(step, found));
    abreast(path, &steps, looking, |step, looked| {
        table.attacks_at(step);
        table.row(step, &looked, serde_json::json!({}));
        let unit = Unit {
            commit: step.id,
            time: step.time,
        };
        table.model.learn(unit, &looked.found);
        table.past.learn(step.author, &looked.found);
        reviewing += 1;
        progress(&name, (reviewing, steps.len()), started);
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
    table: &Table,
    (steps, elapsed): (usize, Duration),
) -> Result<(), Box<dyn Error>> {
    let scoring = table.scoring / u32::try_from(steps.max(1))?;
    let bytes = table.model.to_bytes().len();
    eprintln!(
        "{name}: {steps} changes in {elapsed:.1?}; scoring takes {scoring:.1?} each; the model has {} keys, {bytes} bytes, full: {}",
        table.model.keys(),
        table.model.is_full(),
    );
    Ok(())
}
