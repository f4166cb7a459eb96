//! What runs by itself. A schedule fires once for each period of its interval (an hour, a day, a week from Monday, a quarter;
//! in UTC), at the first look within it. Periods that nobody looked in are not made up for: after a pause it fires once.
//!
//! What it enqueued and is a dead letter is tried again after a day, while nothing newer took its place: a quarter is long.
//!
//! Which periods it fired for is remembered for each, not as the latest one: a clock that jumps ahead and back neither
//! fires twice nor silences a schedule.

use bartizan_model::profile::{Interval, Profile};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    NewJob, Store,
    engine::{Statement, Work},
    error::StoreError,
    job,
    record::{interval_of, interval_word},
    value::{Row, values},
};

const PUT: &str = "keep schedules";
const GONE: Statement = Statement::new(PUT, "UPDATE schedule SET gone = $1 WHERE gone IS NULL");
const INSERT: Statement = Statement::new(
    PUT,
    "INSERT INTO schedule (job, interval_word) VALUES ($1, $2)
     ON CONFLICT (job) DO UPDATE SET interval_word = excluded.interval_word, gone = NULL",
);
const SCHEDULES: Statement = Statement::new(
    "list schedules",
    "SELECT job, interval_word FROM schedule WHERE gone IS NULL ORDER BY job",
);
const FIRE: Statement = Statement::new(
    "fire a schedule",
    "INSERT INTO schedule_firing (job, period, fired) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
);

const REVIVE: Statement = Statement::new(
    "try a scheduled job again",
    "UPDATE job SET died = NULL, attempts = 0, run_at = $2 WHERE died <= $3
        AND id = (SELECT MAX(newest.id) FROM job AS newest WHERE newest.deduplication = $1)
        AND NOT EXISTS (SELECT 1 FROM job AS alive WHERE alive.deduplication = $1 AND alive.finished IS NULL AND alive.died IS NULL)",
);
const STANDING: &str = "tell how schedules stand";
const FIRED: Statement = Statement::new(
    STANDING,
    "SELECT MAX(fired) FROM schedule_firing WHERE job = $1",
);
const NEWEST: Statement = Statement::new(
    STANDING,
    "SELECT run_at, attempts, lease_until, COALESCE(failure, ''), finished, died FROM job
     WHERE deduplication = $1 ORDER BY id DESC LIMIT 1",
);

/// After so long a scheduled job that was given up is tried again.
const AGAIN: i64 = 86_400;

/// A schedule, and what became of what it enqueued last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The kind of job.
    pub job: String,
    /// How often it fires.
    pub every: Interval,
    /// When it fired last.
    pub fired: Option<Timestamp>,
    /// What became of that; none where that is forgotten, which is so only of what was done.
    pub newest: Option<ScheduledJob>,
}

/// What became of a job that a schedule enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledJob {
    /// How it stands.
    pub state: JobState,
    /// How often it was tried since it was enqueued, or given up last.
    pub attempts: u64,
    /// Why it failed the last time; empty where it did not.
    pub failure: String,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It may begin then.
    Waits(Timestamp),
    /// Somebody has its lease.
    AtWork,
    /// It was done then.
    Done(Timestamp),
    /// It was given up then.
    GivenUp(Timestamp),
}

impl Store {
    /// The schedules of the profile, by the kind of job, and how each stands.
    pub async fn schedules(&self, now: Timestamp) -> Result<Vec<ScheduleRow>, StoreError> {
        let mut schedules = Vec::new();
        for row in self.rows(SCHEDULES, &[]).await? {
            let mut columns = row.columns(SCHEDULES.doing);
            let (job, every) = (columns.text()?, columns.word(interval_of)?);
            let fired = match self.row(FIRED, values![&job]).await? {
                Some(row) => row.columns(STANDING).optional_instant()?,
                None => None,
            };
            let newest = self.row(NEWEST, values![deduplication(&job)]).await?;
            let newest = newest.map(|row| scheduled(&row, now)).transpose()?;
            schedules.push(ScheduleRow {
                job,
                every,
                fired,
                newest,
            });
        }
        Ok(schedules)
    }

    /// Enqueues a job for each schedule that has not fired in the present period, and names those. The payload of such a job
    /// is the beginning of its period; one that is still waiting or at work is not enqueued a second time.
    pub async fn fire_schedules(&self, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let mut fired = Vec::new();
        for row in self.rows(SCHEDULES, &[]).await? {
            let mut columns = row.columns(SCHEDULES.doing);
            let (kind, interval) = (columns.text()?, columns.word(interval_of)?);
            let period = period(interval, now);
            let mut work = self.write(FIRE.doing).await?;
            if work.execute(FIRE, values![&kind, period, now]).await? > 0 {
                let job = NewJob {
                    deduplication: Some(deduplication(&kind)),
                    ..NewJob::new(kind.clone(), period.to_string())
                };
                job::enqueue(&mut work, &job, now).await?;
                work.commit(FIRE.doing).await?;
                fired.push(kind);
                continue;
            }
            drop(work);
            let before = Timestamp::from_second(now.as_second() - AGAIN).unwrap_or(now);
            let mut work = self.write(REVIVE.doing).await?;
            let values = values![deduplication(&kind), now, before];
            if work.execute(REVIVE, values).await? > 0 {
                work.commit(REVIVE.doing).await?;
            }
        }
        Ok(fired)
    }
}

/// What jobs of a schedule have in common.
fn deduplication(kind: &str) -> String {
    format!("schedule {kind}")
}

fn scheduled(row: &Row, now: Timestamp) -> Result<ScheduledJob, StoreError> {
    let mut columns = row.columns(STANDING);
    let (run_at, attempts) = (columns.instant()?, columns.count()?);
    let (lease, failure) = (columns.optional_instant()?, columns.text()?);
    let state = match (columns.optional_instant()?, columns.optional_instant()?) {
        (Some(finished), _) => JobState::Done(finished),
        (None, Some(died)) => JobState::GivenUp(died),
        (None, None) if lease.is_some_and(|until| until > now) => JobState::AtWork,
        (None, None) => JobState::Waits(run_at),
    };
    Ok(ScheduledJob {
        state,
        attempts,
        failure,
    })
}

/// Keeps the schedules of a profile.
pub(crate) async fn put(
    work: &mut Work,
    profile: &Profile,
    now: Timestamp,
) -> Result<(), StoreError> {
    work.execute(GONE, values![now]).await?;
    for schedule in &profile.schedules {
        let values = values![&schedule.job, interval_word(schedule.every)];
        work.execute(INSERT, values).await?;
    }
    Ok(())
}

/// The beginning of the period that an instant is in.
fn period(interval: Interval, now: Timestamp) -> Timestamp {
    let civil = TimeZone::UTC.to_datetime(now);
    let date = civil.date();
    let begin = match interval {
        Interval::Hourly => date.at(civil.hour(), 0, 0, 0),
        Interval::Daily => date.at(0, 0, 0, 0),
        Interval::Weekly => monday(date).at(0, 0, 0, 0),
        Interval::Quarterly => quarter(date).at(0, 0, 0, 0),
    };
    TimeZone::UTC.to_timestamp(begin).unwrap_or(now)
}

fn monday(date: Date) -> Date {
    let since = i64::from(date.weekday().to_monday_zero_offset());
    date.saturating_sub(since.days())
}

fn quarter(date: Date) -> Date {
    let month = (date.month() - 1) / 3 * 3 + 1;
    Date::new(date.year(), month, 1).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(interval: Interval, now: &str, expect: &str) {
        assert_eq!(period(interval, now.parse().unwrap()).to_string(), expect);
    }

    #[test]
    fn periods_begin_by_the_calendar_of_utc() {
        let now = "2026-11-26T00:59:59Z";
        check(Interval::Hourly, now, "2026-11-26T00:00:00Z");
        check(Interval::Daily, now, "2026-11-26T00:00:00Z");
        check(Interval::Weekly, now, "2026-11-23T00:00:00Z");
        check(Interval::Quarterly, now, "2026-10-01T00:00:00Z");
        check(
            Interval::Weekly,
            "2024-03-03T23:00:00Z",
            "2024-02-26T00:00:00Z",
        );
        check(
            Interval::Quarterly,
            "2024-02-29T12:00:00Z",
            "2024-01-01T00:00:00Z",
        );
        check(
            Interval::Quarterly,
            "2026-12-31T23:59:59Z",
            "2026-10-01T00:00:00Z",
        );
    }

    proptest! {
        #[test]
        fn a_period_begins_before_and_is_its_own(second in -60_000_000_000_i64..250_000_000_000) {
            let now = Timestamp::from_second(second).unwrap();
            for interval in [Interval::Hourly, Interval::Daily, Interval::Weekly, Interval::Quarterly] {
                let begin = period(interval, now);
                prop_assert!(begin <= now);
                prop_assert_eq!(period(interval, begin), begin);
            }
        }
    }
}
