//! How access to invented organisations stands, in numbers that get better over the example's time; and, for whoever sits at this
//! machine, an organisation of invented people, judged, planned and logged by the real rules.

use bartizan_access::{
    approval::{Approval, Way},
    audit::{Audit, Question, guard},
    counts::{Counts, Factors, RightCounts},
    dossier::Dossier,
    laboratory::{Size, large},
    ledger::{Act, ActKind, Coverage, Evidence as Acts, EvidenceSource, Policy, ledger},
    log::{Entry, Event, Log},
    name::Login,
    plan::{Ladder, Manner, PLAN_DAYS, Plan},
    right::{Account, of_snapshot::Read},
    snapshot::Snapshot,
};
use bartizan_assessment::access::{Surveys, tell};
use bartizan_formats::digest::Digest;
use bartizan_model::{
    Timestamp,
    assessment::ProjectAssessment,
    profile::{Project, Repository},
};
use bartizan_sources::access::KeptPlan;

use super::{WEEK, WEEKS, at, ecosystem::Sample, project::seed};
use crate::access::Invented;

/// How large the invented organisation is.
const SIZE: Size = Size {
    people: 48,
    teams: 5,
    repositories: 9,
};

const DAY: i64 = 24 * 60 * 60;

/// Adds what surveys told of an invented project's organisation, one a quarter.
pub(super) fn add(
    sample: &Sample,
    (instant, end): (Timestamp, Timestamp),
    said: &mut ProjectAssessment,
) {
    let Ok(organisation) = Login::new(sample.name) else {
        return;
    };
    let begin = end.as_second() - WEEKS * WEEK;
    let quarter = 13 * WEEK;
    let surveys = (0..4).map(|it| at(begin + it * quarter - DAY, end));
    let surveys = surveys.take_while(|it| *it <= instant);
    let counts = (0..)
        .zip(surveys)
        .map(|(number, taken)| counts(sample, &organisation, (number, taken)));
    let project = Project {
        name: sample.name.to_owned(),
        repositories: vec![Repository {
            url: format!("https://github.com/{organisation}/{}", sample.name),
            is_release: false,
        }],
        ..Project::default()
    };
    let surveys = Surveys::of(counts.collect());
    let before = said.figures.len();
    tell(&surveys, &project, instant, said);
    let own = said.figures.iter_mut().skip(before);
    for evidence in own.flat_map(|it| &mut it.evidence) {
        evidence.locator = format!("example.org/{organisation}, read");
    }
}

/// The numbers of one survey: fewer rights are stale and more people have a second factor each time.
fn counts(sample: &Sample, organisation: &Login, (number, taken): (u64, Timestamp)) -> Counts {
    let seed = u64::from(seed(sample.name));
    let people = 12 + seed % 60;
    let rights = people * 3;
    let stale = (rights / 3).saturating_sub(number * rights / 10);
    let missing = (people / 6).saturating_sub(number * 2);
    let members = Factors {
        all: people,
        missing,
        insecure: missing / 2,
        unknown: 0,
    };
    Counts {
        organisation: organisation.clone(),
        taken,
        stated_by: None,
        required: Some(missing == 0),
        members,
        owners: Factors {
            all: 3,
            ..Factors::default()
        },
        outside: Factors {
            all: seed % 7,
            ..Factors::default()
        },
        rights: Some(RightCounts {
            used: rights - stale - rights / 8,
            stale,
            unknown: rights / 8,
            exempt: 1,
        }),
    }
}

/// What an invented desk holds; none where the laboratory makes no organisation.
pub(super) fn invented(now: Timestamp) -> Option<Invented> {
    let mut snapshot = large(SIZE).ok()?;
    snapshot.taken = at(now.as_second() - 2 * DAY, now);
    let taken = snapshot.taken;
    let (policy, read) = (Policy::default(), Read::of(&snapshot));
    let evidence = acts(&snapshot, taken);
    let ledger = ledger(&read.rights, &evidence, &policy.exempt, &policy, taken);
    let question = Question {
        snapshot: &snapshot,
        read: &read,
        ledger: &ledger,
        evidence: &evidence,
        exempt: &policy.exempt,
        most_owners: policy.most_owners,
        days: 180,
        now: taken,
    };
    let audit = Audit::of(&question);
    let dossier = Dossier::of(&question, &audit);
    let plan = plan(&question, &audit);
    let (plans, log) = match plan {
        Some(plan) => {
            let approvals = approvals(&plan);
            let log = log(&plan, &approvals);
            let approvals = approvals.iter().map(Approval::text).collect();
            (vec![KeptPlan { plan, approvals }], log)
        }
        None => (Vec::new(), Log::default()),
    };
    Some(Invented {
        snapshot,
        dossier,
        plans,
        log,
    })
}

/// What invented people did: two of three were there within the last months, and everything was read.
fn acts(snapshot: &Snapshot, now: Timestamp) -> Acts {
    let mut acts = Acts::default();
    let moment = |days: i64| at(now.as_second() - days * DAY, now);
    for repository in &snapshot.repositories {
        let place = repository.name.as_str().to_owned();
        for (number, person) in (0_i64..).zip(&snapshot.people) {
            let Ok(by) = Account::hosted(person.login.as_str()) else {
                continue;
            };
            let (kind, days) = match number % 6 {
                0 | 1 => (ActKind::Merge, 3 + number),
                2 => (ActKind::Review, 20 + number),
                3 => (ActKind::Author, 60 + number),
                _ => (ActKind::Push, 400 + number),
            };
            acts.acts.push(Act {
                by,
                place: place.clone(),
                kind,
                at: moment(days),
                source: EvidenceSource::Activity,
            });
        }
        acts.coverage.push(Coverage {
            source: EvidenceSource::Activity,
            place,
            kinds: [
                ActKind::Author,
                ActKind::Review,
                ActKind::Triage,
                ActKind::Push,
                ActKind::Merge,
            ]
            .into(),
            of: None,
            since: moment(2_000),
            until: now,
        });
    }
    acts
}

fn plan(question: &Question<'_>, audit: &Audit) -> Option<Plan> {
    let proposer: Account = "github:person-00007".parse().ok()?;
    let actor: Account = "github:person-00000".parse().ok()?;
    let rights = &question.read.rights;
    let manner = Manner {
        most: 12,
        ..Manner::default()
    };
    let guard = guard(question, actor.clone(), 10);
    let ladder = Ladder::climb(rights, &audit.candidates, &manner, question.now).within(
        rights,
        &guard,
        question.now,
    );
    let made = question.now.as_second();
    let plan = Plan {
        title: "rights that nobody uses".to_owned(),
        proposer,
        actor,
        made: at(made, question.now),
        expires: at(made + PLAN_DAYS * DAY, question.now),
        snapshot: question.snapshot.digest(),
        steps: ladder.steps,
    };
    plan.check().is_ok().then_some(plan)
}

fn approvals(plan: &Plan) -> Vec<Approval> {
    let subjects = plan.subjects();
    let people = ["github:person-00001", "github:person-00006"];
    let people = people
        .into_iter()
        .filter_map(|it| it.parse::<Account>().ok());
    let free = people.filter(|it| !subjects.contains(&it));
    let approval = |(hours, by): (i64, Account)| Approval {
        plan: plan.hash(),
        by,
        at: at(plan.made.as_second() + hours * 3_600, plan.made),
        way: Way::Ordinary,
        reason: "looked at each step".to_owned(),
    };
    (3..).zip(free).map(approval).collect()
}

fn log(plan: &Plan, approvals: &[Approval]) -> Log {
    let mut log = Log::default();
    let entry = |at: Timestamp, event: Event, by: &str, detail: &str| Entry {
        number: 0,
        at,
        event,
        by: by.to_owned(),
        about: None,
        place: None,
        reference: None,
        content: Some(plan.hash()),
        detail: detail.to_owned(),
    };
    let delivered = Entry {
        about: Some("github:person-00031".to_owned()),
        place: Some("lab/repository-0003".to_owned()),
        reference: Some("b3f1c2d4".to_owned()),
        content: Some(Digest::of(b"an invented delivery")),
        ..entry(
            at(plan.made.as_second() - DAY, plan.made),
            Event::Delivery,
            "github:person-00000",
            "member added",
        )
    };
    let planned = entry(
        plan.made,
        Event::Planned,
        plan.proposer.as_str(),
        &plan.title,
    );
    let approved = approvals
        .iter()
        .map(|it| entry(it.at, Event::Approved, it.by.as_str(), &it.reason));
    for it in [delivered, planned].into_iter().chain(approved) {
        // What is invented here can be meant.
        let _ = log.add(it);
    }
    log
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_desk_holds_something_of_each() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let made = invented(now).unwrap();
        let verdicts: BTreeSet<&str> = made
            .dossier
            .ledger
            .iter()
            .map(|it| it.verdict.as_str())
            .collect();
        assert!(
            verdicts.contains("inactive") && verdicts.contains("active"),
            "{verdicts:?}"
        );
        assert!(
            made.dossier
                .enforcement
                .iter()
                .any(|it| !it.would_lose.is_empty())
        );
        assert_eq!(made.plans.len(), 1);
        assert!(!made.plans[0].plan.steps.is_empty() && !made.plans[0].approvals.is_empty());
        assert!(made.log.entries().len() >= 3 && made.log.checkpoint().is_some());
    }
}
