//! The store on both engines: each test runs on a SQLite file and on a PostgreSQL cluster that this process starts for
//! itself. Where PostgreSQL is not installed, its tests say so and count as skipped.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and one that cannot run says so"
)]

mod assessments;
mod backups;
mod clock;
mod cluster;
mod crash;
mod engines;
mod full_disk;
mod history;
mod jobs;
mod sample;
mod upgrade;
mod verdicts;
mod visibility;
