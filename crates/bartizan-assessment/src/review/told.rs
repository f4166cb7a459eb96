//! What an assessment says of the pull requests of a project that wait: for its maintainers, in a document that nothing public
//! shows, and for everybody as two counts. Nobody is named in either.

use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

use bartizan_model::{
    assessment::{Document, Evidence, Figure, ProjectAssessment},
    problem::Problem,
    profile::Project,
    severity::SeverityLevel,
};
use bartizan_review::{rule::Rules, score::Score};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::queue::{self, Looked, Pull, Queue, Told};
use crate::{
    measures::{LINES_TO_READ, PULLS_WITH_ALARMS, figure},
    project::Inputs,
};

/// The source that evidence names.
const SOURCE: &str = "review";

/// The kind of the document.
pub const KIND: &str = "review-queue";

/// How many pull requests of a project an assessment looks at.
const MOST: usize = 50;

/// How many entries of one the document has.
const MOST_ENTRIES: usize = 5;

/// The rules that Bartizan carries.
static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| super::rules(&[]).ok());

/// Says of a project what waits there.
pub(crate) fn add(inputs: &Inputs<'_>, project: &Project, said: &mut ProjectAssessment) {
    match found(inputs, project) {
        Some(Ok((queue, of, evidence))) => {
            let figures = figures(&queue).into_iter().map(|figure| Figure {
                evidence: vec![evidence.clone()],
                ..figure
            });
            said.figures.extend(figures);
            said.documents.push(Document {
                kind: KIND.to_owned(),
                key: String::new(),
                json: document(&queue, of).to_string(),
                evidence,
            });
            said.problems.extend(queue.problems);
        }
        // What nobody could look at stays as it was known.
        unseen => {
            let ids = [&LINES_TO_READ, &PULLS_WITH_ALARMS].map(|it| it.id.to_owned());
            said.unseen.measures.extend(ids);
            said.unseen.documents.insert(KIND.to_owned());
            if let Some(Err(why)) = unseen {
                said.problems.push(Problem::new(&project.name, why));
            }
        }
    }
}

/// The queue of a project with the number of all that wait; nothing where no clone of it is here that could have one.
fn found(
    inputs: &Inputs<'_>,
    project: &Project,
) -> Option<Result<(Queue, usize, Evidence), String>> {
    let repository = project.repositories.iter().find(|it| !it.is_release)?;
    let opened = inputs
        .repositories
        .open(&repository.url, &project.name)
        .ok()?;
    let path: PathBuf = opened.path().to_owned();
    // Mirrors that are kept come without the contents of files, and without pull requests.
    if path.starts_with(&inputs.repositories.mirrors) {
        return None;
    }
    let (head, (pulls, of)) =
        inputs
            .histories
            .pulls(inputs.profile, inputs.repositories, (&project.name, MOST))?;
    if pulls.is_empty() {
        return None;
    }
    let rules = RULES.as_ref()?;
    let asked = queue::Asked {
        repository: &path,
        rules,
        today: inputs.as_of.to_zoned(TimeZone::UTC).date(),
    };
    let evidence = inputs.evidence(SOURCE, Some(&head), &repository.url);
    let queue = queue::look(&asked, &pulls, |_| true, |_| ());
    Some(
        queue
            .map(|queue| (queue, of, evidence))
            .map_err(|error| error.to_string()),
    )
}

fn figures(queue: &Queue) -> [Figure; 2] {
    let sum = |of: fn(&Looked) -> usize| queue.looked.iter().map(of).sum::<usize>() as f64;
    let is_alarm = |it: &&Looked| it.severity >= Some(SeverityLevel::High);
    let alarms = queue.looked.iter().filter(is_alarm).count() as f64;
    [
        Figure {
            whole: Some(sum(|it| it.changed_lines)),
            ..figure(&LINES_TO_READ, sum(|it| it.lines_to_read))
        },
        Figure {
            whole: Some(queue.looked.len() as f64),
            ..figure(&PULLS_WITH_ALARMS, alarms)
        },
    ]
}

/// The document about a queue; `of` is how many wait in all.
pub fn document(queue: &Queue, of: usize) -> Value {
    let pulls = queue.looked.iter().map(|it| json_of(it, MOST_ENTRIES));
    json!({
        "of": of,
        "pulls": pulls.collect::<Vec<_>>(),
        "unread": queue.problems.len(),
    })
}

/// A pull request as a value: what every reader of a queue is told of it.
pub fn json_of(it: &Looked, most_entries: usize) -> Value {
    let capabilities = it.capabilities.iter();
    let capabilities: BTreeMap<&str, usize> = capabilities
        .map(|(capability, entries)| (capability.as_str(), *entries))
        .collect();
    json!({
        "pull": it.number,
        "head": it.head,
        "score": it.weight.value.as_number(),
        "shares": shares(&it.weight),
        "severity": it.severity.map(SeverityLevel::as_str),
        "files": it.files,
        "changed_lines": it.changed_lines,
        "lines_to_read": it.lines_to_read,
        "capabilities": capabilities,
        "entries": it.entries.iter().take(most_entries).map(entry).collect::<Vec<_>>(),
        "entries_in_all": it.of_entries,
        "unread": it.problems.len(),
    })
}

fn entry(it: &Told) -> Value {
    json!({
        "id": it.name.to_string(),
        "rule": it.name.rule,
        "title": it.title,
        "severity": it.severity.as_str(),
        "score": it.score.value.as_number(),
        "shares": shares(&it.score),
        "file": it.file,
        "line": it.line,
        "message": it.message,
    })
}

fn shares(score: &Score) -> BTreeMap<&'static str, f64> {
    let shares = score.shares.iter();
    shares
        .map(|(name, share)| (*name, share.as_number()))
        .collect()
}

/// The pull requests of a project, as the corpus of an assessment has them: the commit that the history ends in, the newest,
/// and how many there are in all.
pub(crate) type Pulls = (String, (Vec<Pull>, usize));
