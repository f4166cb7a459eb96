//! A whole assessment: every project, several at a time, into a store; interrupted at any point and gone on with.
//!
//! Projects are looked at on threads of their own; one task writes what they say, a transaction for each. What is written
//! is done, and an assessment of the same inputs that was interrupted goes on with the rest. What is said of a project
//! depends on its inputs only, not on who was done before it, so that the end is the same.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use bartizan_formats::digest::Digest;
use bartizan_model::{
    Timestamp,
    assessment::{Figure, ProjectAssessment},
    problem::Problem,
    profile::{Profile, Project},
};
use bartizan_store::{NewAssessment, Scope, Store, StoreError};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::{
    gather::gather,
    project::{Inputs, assess},
};

/// How many projects are looked at at a time: while one waits for a network, another looks into wheels.
const AT_A_TIME: usize = 4;

/// How many results wait to be written. More would only take memory.
const MOST_WAITING: usize = 4;

/// What is to be done, besides the inputs of each project.
pub struct Order<'a> {
    /// The digest of the profile's file.
    pub profile_digest: Digest,
    /// The projects to look at; empty for every project of the profile.
    pub only: &'a [String],
    /// More that decides what is said: weights, directories, whether a network is asked.
    pub settings: &'a str,
    /// What time it is, for what is written down.
    pub now: Timestamp,
}

/// How an assessment ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Its id in the store.
    pub assessment: i64,
    /// Whether it went on with one that was interrupted.
    pub is_resumed: bool,
    /// How many projects were done before.
    pub done_before: usize,
    /// The projects that were looked at now, by name, with how long each took.
    pub done: Vec<(String, Duration)>,
    /// The projects of which nothing could be had, by name.
    pub failed: Vec<(String, Problem)>,
    /// How many problems there were within projects.
    pub problems: usize,
    /// The figures of the ecosystem.
    pub figures: Vec<Figure>,
}

/// Why an assessment could not go on.
#[derive(Debug, Error)]
pub enum RunError {
    /// The store could not be read or written.
    #[error("the store does not take what was assessed")]
    Store(#[from] StoreError),
    /// A project is named that the profile does not have.
    #[error("the profile `{profile}` has no project `{name}`")]
    NoProject {
        /// The profile.
        profile: String,
        /// The name.
        name: String,
    },
}

/// Is told how far the assessment is.
pub trait Watcher: Sync {
    /// A project is begun, or done, out of so many.
    fn step(&self, project: &str, done: usize, of: usize);
}

/// Looks at every project that is not done yet and writes what is said of it.
pub async fn run(
    inputs: &Inputs<'_>,
    order: &Order<'_>,
    store: &Store,
    watcher: &dyn Watcher,
) -> Result<Outcome, RunError> {
    let profile = inputs.profile;
    let wanted = wanted(profile, order.only)?;
    store
        .put_profile(profile, &order.profile_digest.to_string(), order.now)
        .await?;
    let begun = store
        .begin_assessment(&NewAssessment {
            inputs_digest: inputs_digest(inputs, order),
            now: order.now,
        })
        .await?;
    let is_left = |project: &&Project| !begun.done.contains(&project.name);
    let left: Vec<&Project> = wanted.into_iter().filter(is_left).collect();
    let mut outcome = Outcome {
        assessment: begun.id,
        is_resumed: begun.is_resumed,
        done_before: begun.done.len(),
        ..Outcome::default()
    };
    look(inputs, order, &left, (store, watcher, &mut outcome)).await?;
    outcome.done.sort();
    outcome.failed.sort();
    outcome.figures = sum_up(profile, store, begun.id, order.now).await?;
    store.finish_assessment(begun.id, order.now).await?;
    Ok(outcome)
}

fn wanted<'p>(profile: &'p Profile, only: &[String]) -> Result<Vec<&'p Project>, RunError> {
    let known: BTreeSet<&str> = profile.projects.iter().map(|it| it.name.as_str()).collect();
    if let Some(name) = only.iter().find(|name| !known.contains(name.as_str())) {
        return Err(RunError::NoProject {
            profile: profile.name.clone(),
            name: name.clone(),
        });
    }
    let is_wanted = |project: &&Project| only.is_empty() || only.contains(&project.name);
    Ok(profile.projects.iter().filter(is_wanted).collect())
}

/// Everything that decides what is said. The clock counts by its day: ages are counted in days.
fn inputs_digest(inputs: &Inputs<'_>, order: &Order<'_>) -> String {
    let mut only: Vec<&str> = order.only.iter().map(String::as_str).collect();
    only.sort_unstable();
    let text = format!(
        "1\n{}\n{}\n{}\n{}\n{:?}\n{:?}\n{}\n{}",
        order.profile_digest,
        inputs.database.manifest().snapshot,
        inputs.standards.commit.as_deref().unwrap_or_default(),
        inputs.universe.environment().describe(),
        inputs.weights,
        only,
        order.settings,
        inputs.as_of.as_second().div_euclid(86_400),
    );
    Digest::of(text.as_bytes()).to_string()
}

/// What a thread says of a project.
type Said = (String, Result<ProjectAssessment, Problem>, Duration);

async fn look(
    inputs: &Inputs<'_>,
    order: &Order<'_>,
    left: &[&Project],
    (store, watcher, outcome): (&Store, &dyn Watcher, &mut Outcome),
) -> Result<(), RunError> {
    let (say, mut hear) = mpsc::channel::<Said>(MOST_WAITING);
    let next = AtomicUsize::new(0);
    let is_over = AtomicBool::new(false);
    let runtime = tokio::runtime::Handle::current();
    // The threads end before this returns; what they wait for is taken by the loop below, on this thread.
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(left.len()) {
                let say = say.clone();
                let (next, is_over) = (&next, &is_over);
                scope.spawn(move || {
                    while let Some(project) = left.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        let started = Instant::now();
                        let said = assess(inputs, project);
                        let said = (project.name.clone(), said, started.elapsed());
                        if say.blocking_send(said).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(say);
            let written = runtime.block_on(async {
                while let Some((name, said, took)) = hear.recv().await {
                    write(store, order.now, outcome, (&name, said, took)).await?;
                    let done = outcome.done.len() + outcome.failed.len();
                    watcher.step(&name, done, left.len());
                }
                Ok(())
            });
            is_over.store(true, Ordering::Relaxed);
            hear.close();
            written
        })
    })
}

async fn write(
    store: &Store,
    now: Timestamp,
    outcome: &mut Outcome,
    (name, said, took): (&str, Result<ProjectAssessment, Problem>, Duration),
) -> Result<(), RunError> {
    match said {
        Ok(said) => {
            outcome.problems += said.problems.len();
            store.put_project(outcome.assessment, &said, now).await?;
            outcome.done.push((name.to_owned(), took));
        }
        Err(problem) => {
            store
                .fail_project(outcome.assessment, name, &problem, now)
                .await?;
            outcome.failed.push((name.to_owned(), problem));
        }
    }
    Ok(())
}

/// The figures of the ecosystem and of each cohort, from what the store has of the projects, whoever wrote it.
async fn sum_up(
    profile: &Profile,
    store: &Store,
    assessment: i64,
    now: Timestamp,
) -> Result<Vec<Figure>, RunError> {
    let mut all: Vec<(String, Vec<Figure>)> = Vec::new();
    for project in &profile.projects {
        let rows = store.figures(&Scope::Project(project.name.clone())).await?;
        let figures = rows.into_iter().map(|row| row.figure).collect();
        all.push((project.name.clone(), figures));
    }
    for cohort in &profile.cohorts {
        let members = all
            .iter()
            .filter(|(name, _)| cohort.projects.contains(name));
        let members: Vec<(String, Vec<Figure>)> = members.cloned().collect();
        let scope = Scope::Cohort(cohort.name.clone());
        store
            .put_figures(assessment, &scope, &gather(&members), now)
            .await?;
    }
    let figures = gather(&all);
    store
        .put_figures(assessment, &Scope::Ecosystem, &figures, now)
        .await?;
    Ok(figures)
}
