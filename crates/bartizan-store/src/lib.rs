//! All SQL of Bartizan: SQLite by default, PostgreSQL by address, one text for both.
//!
//! A store keeps one ecosystem: its profile, what each assessment found, the figures and their history, and the jobs that
//! work on it. It computes nothing and names no check, measure or project: those are values in rows. Time is always passed
//! in. Who may see what is decided here, by the queries, from the [`Viewer`] that every read of findings takes.
//!
//! SQL stands in this crate only, as static text in a subset that both engines read: `BIGINT` milliseconds, JSON as `TEXT`
//! that no query looks into, `$1` placeholders, `ON CONFLICT … RETURNING`. What differs is named in `engine` and in the
//! build script. What comes from outside is data: text without the zero character, bounded in length.

mod address;
mod assessment;
mod backup;
mod change;
mod component;
mod count;
mod document;
mod engine;
mod error;
mod figure;
mod finding;
mod job;
mod key;
mod migration;
mod page;
mod profile;
mod put;
mod record;
mod schedule;
mod value;
mod verdict;
mod viewer;

pub use self::{
    address::{Address, AddressError, Postgres},
    assessment::{AssessmentRow, Begun, NewAssessment, ProblemRow},
    backup::{BackupError, restore},
    change::{ChangeKind, ChangeRow},
    component::{ComponentFilter, ComponentRow, Dependant},
    count::{CountBy, FindingCount},
    document::{DocumentName, DocumentRow},
    engine::Store,
    error::StoreError,
    figure::{FigureRow, HistoryPoint, ProjectFigure, Scope},
    finding::{FindingFilter, FindingRow, FindingSort, SeverityFilter},
    job::{DeadLetter, Failed, Job, JobCount, MOST_ATTEMPTS, NewJob},
    key::{KeyFilter, KeyRow},
    migration::Schema,
    page::{Page, Paged},
    profile::{ProfileRow, ProjectFilter, ProjectRow},
    schedule::{JobState, ScheduleRow, ScheduledJob},
    verdict::{GivenVerdict, LONGEST_REASON, ReviewEntry, VerdictCount},
    viewer::Viewer,
};
