//! The store on both engines: each test runs on a SQLite file and on a PostgreSQL cluster that this process starts for
//! itself. Where PostgreSQL is not installed, its tests say so and count as skipped.

mod assessments;
mod cluster;
mod engines;
mod sample;
