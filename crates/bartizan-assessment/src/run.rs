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
    assessment::{Figure, ProjectAssessment, Unseen},
    problem::Problem,
    profile::{Profile, Project},
};
use bartizan_store::{NewAssessment, Scope, Store, StoreError};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::{
    gather::gather,
    people,
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
    look(inputs, order, &left, (store, watcher, &mut outcome))?;
    outcome.done.sort();
    outcome.failed.sort();
    outcome.figures = sum_up(inputs, store, begun.id, order.now).await?;
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
        "2\n{}\n{}\n{}\n{}\n{:?}\n{:?}\n{}\n{}",
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

fn look(
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
    inputs: &Inputs<'_>,
    store: &Store,
    assessment: i64,
    now: Timestamp,
) -> Result<Vec<Figure>, RunError> {
    let profile = inputs.profile;
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
        let mut figures = gather(&members);
        let own = profile.projects.iter();
        let own = own.filter(|it| cohort.projects.contains(&it.name));
        inputs.surveys.put_together(own, inputs.as_of, &mut figures);
        store.put_figures(assessment, &scope, &figures, now).await?;
    }
    let mut figures = gather(&all);
    let projects = profile.projects.iter();
    inputs
        .surveys
        .put_together(projects, inputs.as_of, &mut figures);
    let mut unseen = Unseen::default();
    match inputs.histories.together(inputs.as_of) {
        Some(together) => figures.extend(together),
        // Nobody asked for a history, or none is here: what was known of all of them stays.
        None => unseen.measures.extend(people::of_all()),
    }
    figures.sort_by(|one, other| one.measure.cmp(&other.measure));
    store
        .put_figures_but(assessment, &Scope::Ecosystem, (&figures, &unseen), now)
        .await?;
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use bartizan_formats::{identities::Identities, profile};
    use bartizan_model::environment::{MarkerEnvironment, Platform};
    use bartizan_provenance::{Instance, TrustRoot};
    use bartizan_sources::{
        database,
        home::Home,
        http::HttpClient,
        index::{IndexClient, releases::IndexUniverse},
    };
    use bartizan_store::Address;
    use bartizan_vulnerability::hygiene::Popular;

    use super::*;
    use crate::{
        access::Surveys,
        artifact::Artifacts,
        bills::{self, Schemas},
        ledger::{Book, Keeper, Limits},
        people::Histories,
        repository::Repositories,
        sources::tests::weights,
        standards::Standards,
    };

    const PROFILE: &str = "[ecosystem]\ntitle = \"Lab\"\n[[project]]\nname = \"lab\"\n[[project]]\nname = \"bench\"\n[[project]]\nname = \"absent\"\n[[cohort]]\nname = \"core\"\nprojects = [\"lab\"]\n";

    struct Silent;

    impl Watcher for Silent {
        fn step(&self, _project: &str, _done: usize, _of: usize) {}
    }

    async fn store(now: Timestamp) -> Store {
        let store = Store::open(&Address::Memory).await.unwrap();
        store.migrate(now).await.unwrap();
        store
    }

    const LIMITS: Limits = Limits {
        since: Timestamp::UNIX_EPOCH,
        releases: 10,
        requests: 10,
        at_a_time: 2,
        with_sboms: true,
        is_again: false,
    };

    fn wheels(place: &std::path::Path) {
        for name in ["lab-1.0", "lab-2.0", "bench-1.0"] {
            let file = place.join(format!("{name}-py3-none-any.whl"));
            std::fs::write(file, "no archive").unwrap();
        }
    }

    fn nowhere(place: &std::path::Path) -> Repositories {
        Repositories {
            mirrors: place.join("mirrors"),
            is_offline: true,
            ..Repositories::default()
        }
    }

    /// The outcome of a run that goes on after so many projects.
    #[expect(
        clippy::too_many_lines,
        reason = "everything that an assessment is given"
    )]
    async fn check(before: usize) -> (Outcome, Vec<(String, f64)>) {
        let place = tempfile::tempdir().unwrap();
        wheels(place.path());
        let client = IndexClient::new(HttpClient::default(), [], place.path().join("pages"));
        let linux = MarkerEnvironment::cpython("3.13", &Platform::parse("linux").unwrap());
        let client = client.offline();
        let universe = IndexUniverse::new(&client, linux, place.path().join("files"));
        let artifacts = Artifacts::new(&universe, Some(place.path()));
        let repositories = nowhere(place.path());
        let as_of = "2026-11-25T12:00:00Z".parse().unwrap();
        let file = profile::read("lab", PROFILE.as_bytes()).unwrap();
        let database = database::starter().unwrap();
        let (standards, popular, weights) = (Standards::default(), Popular::embedded(), weights());
        let root = TrustRoot::embedded(Instance::PublicGood).unwrap();
        let identities = Identities::default();
        let keeper = Keeper {
            universe: &universe,
            artifacts: &artifacts,
            book: Book::new(place.path().join("ledger")),
            root: &root,
            identities: &identities,
            limits: LIMITS,
            now: as_of,
        };
        let home = Home::new(place.path().join("home"));
        let histories = Histories::new(&home);
        let inputs = Inputs {
            profile: &file.profile,
            file: &file,
            database: &database,
            universe: &universe,
            artifacts: &artifacts,
            repositories: &repositories,
            histories: &histories,
            surveys: &Surveys::default(),
            standards: &standards,
            keeper: &keeper,
            schemas: &Schemas::default(),
            bill_limits: bills::Limits {
                wheels: 1,
                bytes: 1,
            },
            weights: &weights,
            popular: &popular,
            as_of,
        };
        let order = Order {
            profile_digest: Digest::of(PROFILE.as_bytes()),
            only: &[],
            settings: "",
            now: as_of,
        };
        let store = store(as_of).await;
        store.put_profile(&file.profile, "", as_of).await.unwrap();
        let new = NewAssessment {
            inputs_digest: inputs_digest(&inputs, &order),
            now: as_of,
        };
        let begun = store.begin_assessment(&new).await.unwrap();
        for project in file.profile.projects.iter().take(before) {
            let said = assess(&inputs, project).unwrap();
            store.put_project(begun.id, &said, as_of).await.unwrap();
        }
        let outcome = run(&inputs, &order, &store, &Silent).await.unwrap();
        let lab = store.figures(&Scope::Project("lab".to_owned())).await;
        let lab = lab.unwrap().into_iter();
        let lab = lab.map(|row| (row.figure.measure, row.figure.value));
        (outcome, lab.collect())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_interrupted_goes_on_and_ends_the_same() {
        let (whole, figures) = check(0).await;
        assert!(whole.is_resumed && whole.done_before == 0);
        let done: Vec<&str> = whole.done.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(done, ["bench", "lab"]);
        insta::assert_snapshot!(format!("{:?}", whole.failed), @r#"[("absent", Problem { subject: "absent", message: "no index has it", hint: None })]"#);
        for before in [1, 2] {
            let (resumed, again) = check(before).await;
            assert_eq!(resumed.done_before, before);
            assert_eq!(resumed.done.len(), 2 - before);
            assert_eq!(resumed.figures, whole.figures);
            assert_eq!(resumed.failed, whole.failed);
            assert_eq!(again, figures);
        }
    }
}
