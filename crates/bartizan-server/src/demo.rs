//! An example ecosystem, so that a dashboard can be looked at without a network: invented projects that stand on real
//! packages in old versions. What is open is what the embedded sample of advisories says of those versions, and what checks
//! find in a few invented files; all else is generated from the names, the same on every machine.

mod access;
mod bills;
mod documents;
mod ecosystem;
mod ledger;
mod people;
mod posture;
mod project;
mod review;

use std::{collections::BTreeMap, sync::Arc};

use bartizan_assessment::{
    measures::{Gathering, gathering},
    posture::{Sights, tell},
};
use bartizan_model::{
    Timestamp,
    assessment::{Figure, ProjectAssessment},
};
use bartizan_sources::database::Database;
use bartizan_store::{Address, NewAssessment, Scope, Store, StoreError};

use crate::access::Drawer;

/// What stands over every page of the example.
pub const NOTICE: &str = "Sample data: the projects are invented, the advisories are the small set that comes with the program.";

/// How many assessments the example has behind it, a week apart.
const WEEKS: i64 = 30;
const WEEK: i64 = 7 * 86_400;

/// A store in memory with the example in it.
pub async fn store(database: &Arc<Database>, now: Timestamp) -> Result<Store, StoreError> {
    let store = Store::open(&Address::Memory).await?;
    store.migrate(now).await?;
    let profile = ecosystem::profile();
    let start = now.as_second() - WEEKS * WEEK;
    let mut looked: BTreeMap<(&str, u32), Sights> = BTreeMap::new();
    store
        .put_profile(&profile, "sample", at(start - WEEK, now))
        .await?;
    for week in 0..=WEEKS {
        let instant = at(start + week * WEEK - 7_200, now);
        let begun = store
            .begin_assessment(&NewAssessment {
                inputs_digest: format!("sample-{week}"),
                now: instant,
            })
            .await?;
        let progress = week as f64 / WEEKS as f64;
        let mut assessments = Vec::new();
        for sample in ecosystem::PROJECTS {
            let stage = posture::stage(progress);
            let sights = looked.entry((sample.name, stage));
            let sights = sights.or_insert_with(|| posture::sights(sample, stage, now));
            let assessment = assess(sample, database, (progress, instant, now), sights);
            store.put_project(begun.id, &assessment, instant).await?;
            assessments.push(assessment);
        }
        let all: Vec<&ProjectAssessment> = assessments.iter().collect();
        store
            .put_figures(
                begun.id,
                &Scope::Ecosystem,
                &[summed(&all), people::together().to_vec()].concat(),
                instant,
            )
            .await?;
        for cohort in &profile.cohorts {
            let own: Vec<&ProjectAssessment> = all
                .iter()
                .copied()
                .filter(|it| cohort.projects.contains(&it.project))
                .collect();
            store
                .put_figures(
                    begun.id,
                    &Scope::Cohort(cohort.name.clone()),
                    &summed(&own),
                    instant,
                )
                .await?;
        }
        store.finish_assessment(begun.id, instant).await?;
    }
    review::judge(&store, at(now.as_second() - 3_600, now)).await?;
    Ok(store)
}

/// What an invented desk holds of access; none where it cannot be made.
pub fn drawer(now: Timestamp) -> Option<Drawer> {
    access::invented(now).map(|it| Drawer::Invented(Box::new(it)))
}

/// What is said of a project, its repository among it.
fn assess(
    sample: &ecosystem::Sample,
    database: &Database,
    (progress, instant, end): (f64, Timestamp, Timestamp),
    sights: &Sights,
) -> ProjectAssessment {
    let mut assessment = project::assess(sample, database, (progress, instant, end));
    ledger::add(sample, (progress, instant, end), &mut assessment);
    bills::add(sample, (instant, end), &mut assessment);
    review::add(sample, instant, &mut assessment);
    access::add(sample, (instant, end), &mut assessment);
    assessment.figures.extend(people::figures(sample));
    let is_draft = |id: &str| Some(ecosystem::is_draft(id));
    tell(sights, &is_draft, instant, &mut assessment);
    assessment.findings.sort_by(|one, other| {
        (&one.check, &one.subject, &one.key).cmp(&(&other.check, &other.subject, &other.key))
    });
    assessment
}

fn at(second: i64, now: Timestamp) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(now)
}

/// The figures of several projects as one: sums, means of what has no sum, and how many projects reach the whole.
fn summed(projects: &[&ProjectAssessment]) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    for figure in projects.iter().flat_map(|project| &project.figures) {
        match figures
            .iter_mut()
            .find(|known| known.measure == figure.measure)
        {
            None => figures.push(figure.clone()),
            Some(known) => {
                known.value += figure.value;
                known.whole = known
                    .whole
                    .zip(figure.whole)
                    .map(|(one, other)| one + other);
                for (name, share) in &figure.shares {
                    match known.shares.iter_mut().find(|(part, _)| part == name) {
                        Some((_, sum)) => *sum += share,
                        None => known.shares.push((name.clone(), *share)),
                    }
                }
            }
        }
    }
    let count = projects.len().max(1) as f64;
    for figure in &mut figures {
        if gathering(&figure.measure) == Gathering::Mean {
            figure.value /= count;
            figure
                .shares
                .iter_mut()
                .for_each(|(_, share)| *share /= count);
            figure
                .shares
                .sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        }
    }
    figures
}
