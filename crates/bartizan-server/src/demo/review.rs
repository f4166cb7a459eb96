//! What waits for a review in an invented project: changes that are made here, looked at by the real rules. They are texts that
//! nobody runs.

use bartizan_assessment::review::{
    queue::{Looked, Pull, Queue},
    sides::Fed,
    told,
};
use bartizan_model::{
    Timestamp,
    assessment::{Document, Evidence, Figure, ProjectAssessment},
    fingerprint::hash,
    verdict::Verdict,
};
use bartizan_review::{
    Review,
    change::{File, FileChange},
    queue::changed_lines,
    rule::Rules,
};
use bartizan_store::{GivenVerdict, ReviewEntry, Store, StoreError};

use super::{
    ecosystem::{PROJECTS, Sample},
    project::seed,
};

/// What each of the invented pull requests changes: a path, what stood there, what stands there.
type Invented = &'static [(&'static str, Option<&'static str>, &'static str)];

const PULLS: [Invented; 6] = [
    &[(
        "setup.py",
        Some("from setuptools import setup\n\nsetup(name='lab')\n"),
        "import os\nimport subprocess\nfrom setuptools import setup\n\nsubprocess.run(os.environ['BUILD_HOOK'], shell=True)\nsetup(name='lab')\n",
    )],
    &[(
        "lab/io/table.py",
        Some("def read(path):\n    return open(path).read().split(',')\n"),
        "import pickle\n\n\ndef read(path):\n    with open(path, 'rb') as file:\n        return pickle.load(file)\n",
    )],
    &[(
        "lab/fit/model.py",
        Some("def evaluate(text, values):\n    return values[text]\n"),
        "def evaluate(text, values):\n    return eval(text, {}, values)\n",
    )],
    &[(
        "lab/core/grid.c",
        Some("void copy(char *to, const char *from) {\n}\n"),
        "#include <string.h>\n\nvoid copy(char *to, const char *from) {\n    strcpy(to, from);\n}\n",
    )],
    &[(
        "lab/plot/axes.py",
        Some("def ticks(n):\n    return list(range(n))\n"),
        "def ticks(n):\n    \"\"\"Where the ticks of an axis are.\"\"\"\n    return list(range(n + 1))\n",
    )],
    &[(
        "docs/index.md",
        Some("# Lab\n"),
        "# Lab\n\nWhat it is for, and where to begin.\n",
    )],
];

/// How many of them wait in a project.
fn waiting(sample: &Sample) -> usize {
    2 + (seed(sample.name) % 5) as usize
}

fn queue(sample: &Sample) -> Queue {
    let rules = Rules::built_in();
    let first = 100 + seed(sample.name) % 800;
    let looked = PULLS.iter().take(waiting(sample)).zip(first..);
    let looked = looked.map(|(files, number)| {
        let (mut review, mut fed) = (Review::new(rules), Fed::default());
        for (path, before, after) in *files {
            let change = FileChange {
                before: before.map(|text| File::new(*path, text)),
                after: Some(File::new(*path, *after)),
            };
            fed.changed_lines += changed_lines(&change);
            review.look(&change);
        }
        let pull = Pull {
            number,
            head: hash(&format!("{} {number}", sample.name)),
        };
        Looked::of(&pull, &review.finish(), fed, |_| true)
    });
    let mut looked: Vec<Looked> = looked.collect();
    looked.sort_by_key(|it| std::cmp::Reverse((it.weight.value, it.number)));
    Queue {
        looked,
        problems: Vec::new(),
    }
}

/// Adds the queue of an invented project, and its figures.
pub(super) fn add(sample: &Sample, now: Timestamp, assessment: &mut ProjectAssessment) {
    let queue = queue(sample);
    let evidence = Evidence {
        source: "review".to_owned(),
        snapshot: Some(hash(sample.name)),
        locator: format!("https://example.org/{}", sample.name),
        observed: now,
    };
    let figures = told::figures(&queue).into_iter().map(|figure| Figure {
        evidence: vec![evidence.clone()],
        ..figure
    });
    assessment.figures.extend(figures);
    assessment.documents.push(Document {
        kind: told::KIND.to_owned(),
        key: String::new(),
        json: told::document(&queue, 3 * queue.looked.len()).to_string(),
        evidence,
    });
}

/// Invented verdicts of some of the entries.
pub(super) async fn judge(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    for sample in PROJECTS {
        let queue = queue(sample);
        let entries = queue.looked.iter().flat_map(|it| &it.entries);
        for (number, entry) in (0..).zip(entries) {
            let verdict = match (seed(sample.name) + number) % 5 {
                0 | 1 => Verdict::Right,
                2 => Verdict::Harmless,
                3 => Verdict::Wrong,
                _ => continue,
            };
            let of = ReviewEntry {
                project: sample.name.to_owned(),
                rule: entry.name.rule.clone(),
                entry: entry.name.id.clone(),
            };
            let given = GivenVerdict {
                of,
                verdict,
                at: now,
                reason: None,
            };
            store.put_verdict(&given).await?;
        }
    }
    Ok(())
}
